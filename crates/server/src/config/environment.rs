//! The environment: `KOBLING_SECTION__KEY`.

use std::ffi::OsString;

use super::problem::Problem;
use super::values::{Given, Origin};
use super::{Setting, settings};

const PREFIX: &str = "KOBLING_";

/// Reads the variables that are settings. `others` are names that the program knows besides.
pub(super) fn read(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    others: &[String],
) -> (Vec<Given>, Vec<Problem>) {
    let mut ours: Vec<(String, OsString)> = variables
        .into_iter()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
        .filter(|(name, _)| name.starts_with(PREFIX) && !is_of_an_orchestrator(name))
        .filter(|(name, _)| !others.contains(name))
        .collect();
    ours.sort();
    let (mut given, mut problems) = (Vec::new(), Vec::new());
    for (name, value) in ours {
        let origin = Origin::Environment(name.clone());
        let Some(setting) = settings().find(|setting| setting.env_name() == name) else {
            problems.push(unknown(&name, origin, others));
            continue;
        };
        match value.into_string() {
            Ok(text) => given.push(Given {
                setting: *setting,
                text,
                origin,
            }),
            Err(_) => {
                let message = format!("{} is not UTF-8", setting.name());
                problems.push(Problem::new(setting.name(), origin, message));
            }
        }
    }
    (given, problems)
}

fn unknown(name: &str, origin: Origin, others: &[String]) -> Problem {
    let known = settings().map(Setting::env_name).chain(others.to_vec());
    // A name with the usual form of a setting that is called otherwise in the environment.
    let path = name.trim_start_matches(PREFIX).replace("__", ".");
    let usual = settings().find(|setting| setting.name() == path.to_ascii_lowercase());
    match usual {
        Some(setting) => {
            let message = format!(
                "there is no variable {name}: {} is called {}",
                setting.name(),
                setting.env_name()
            );
            Problem::new(name, origin, message)
        }
        None => Problem::unknown("variable", name, origin, known),
    }
}

/// Whether Kubernetes or Docker set it for a service that is called `kobling`: `KOBLING_SERVICE_HOST`,
/// `KOBLING_SERVICE_PORT`, `KOBLING_PORT_8080_TCP` and the like.
fn is_of_an_orchestrator(name: &str) -> bool {
    let rest = name.trim_start_matches(PREFIX);
    let is_of = |word: &str| {
        let after = rest.strip_prefix(word);
        after.is_some_and(|after| after.is_empty() || after.starts_with('_'))
    };
    !rest.contains("__")
        && (is_of("SERVICE_HOST") || is_of("SERVICE_PORT") || is_of("PORT") || rest == "NAME")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_pairs(pairs: &[(&str, &str)]) -> (Vec<Given>, Vec<Problem>) {
        let pairs = pairs
            .iter()
            .map(|(name, value)| (name.into(), value.into()));
        read(pairs, &["KOBLING_CONFIG".to_owned()])
    }

    #[test]
    fn what_an_orchestrator_sets_is_no_setting() {
        let (given, problems) = read_pairs(&[
            ("KOBLING_SERVICE_HOST", "10.0.0.1"),
            ("KOBLING_SERVICE_PORT", "8080"),
            ("KOBLING_SERVICE_PORT_HTTP", "8080"),
            ("KOBLING_PORT", "tcp://10.0.0.1:8080"),
            ("KOBLING_PORT_8080_TCP_ADDR", "10.0.0.1"),
            ("KOBLING_CONFIG", "a.toml"),
            ("PATH", "/bin"),
        ]);
        assert!(given.is_empty() && problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn unknown_variables_are_named_with_what_was_meant() {
        let (_, problems) = read_pairs(&[
            ("KOBLING_SERVER__LISTN", "x"),
            ("KOBLING_LOG__LEVEL", "debug"),
            ("KOBLING_DATABASE_URL", "x"),
            ("KOBLING_PORTS__X", "x"),
        ]);
        let said: Vec<&str> = problems
            .iter()
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(
            said,
            [
                "there is no variable KOBLING_DATABASE_URL: did you mean KOBLING_DATABASE__URL?",
                "there is no variable KOBLING_LOG__LEVEL: log.level is called KOBLING_LOG",
                "there is no variable KOBLING_PORTS__X: remove it; kobling config --default lists all settings",
                "there is no variable KOBLING_SERVER__LISTN: did you mean KOBLING_SERVER__LISTEN?",
            ]
        );
    }
}
