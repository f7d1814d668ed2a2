//! The layers put over each other: every value checked, the last one given wins.

use super::file::Read;
use super::problem::{ConfigError, Problem};
use super::values::{Effective, Given, Origin, Values};
use super::{Config, settings};

/// Puts what was given over the defaults.
///
/// # Errors
/// Everything that is wrong, in whichever layer.
pub(super) fn lay(
    file: Read,
    environment: (Vec<Given>, Vec<Problem>),
    flags: (Vec<Given>, Vec<Problem>),
) -> Result<Config, ConfigError> {
    let mut problems = file.problems;
    problems.extend(environment.1);
    problems.extend(flags.1);
    let given = [file.given, environment.0, flags.0].concat();
    let wrong = given
        .iter()
        .filter(|given| !given.setting.kind.accepts(&given.text));
    problems.extend(wrong.map(Problem::not_allowed));
    let values = effective(&given);
    if problems.is_empty() {
        problems.extend(conflicts(&values));
    }
    if !problems.is_empty() {
        problems.sort_by(|one, other| one.origin.cmp(&other.origin));
        return Err(ConfigError { problems });
    }
    Config::of(values, file.path)
}

/// The value of each setting that was given last, or else its default.
fn effective(given: &[Given]) -> Values {
    let all = settings().map(|setting| {
        let mut last = given.iter().rev();
        let last = last.find(|given| given.setting.name() == setting.name());
        Effective {
            setting: *setting,
            text: match last {
                Some(given) => Some(given.text.clone()),
                None => setting.default.map(str::to_owned),
            },
            origin: last.map_or(Origin::Default, |given| given.origin.clone()),
        }
    });
    Values(all.collect())
}

/// A certificate without its key, or a key without its certificate.
fn half_given(values: &Values) -> Option<Problem> {
    let certificate = values.find("tls", "certificate_file")?;
    let key = values.find("tls", "key_file")?;
    let (given, missing) = match (certificate.is_set(), key.is_set()) {
        (true, false) => (certificate, key),
        (false, true) => (key, certificate),
        _ => return None,
    };
    let (name, missing) = (given.setting.name(), missing.setting.name());
    let message = format!("{name} is given and {missing} is not; give both for TLS, or none");
    Some(Problem::new(name, given.origin.clone(), message))
}

/// Settings that are allowed each, and not together.
fn conflicts(values: &Values) -> Vec<Problem> {
    let number = |section: &str, key: &str| values.get::<u64>(section, key).unwrap_or_default();
    let mut problems = Vec::new();
    let mut demand = |section: &str, key: &str, least: u64, what: &str| {
        let found = number(section, key);
        if found < least {
            let name = format!("{section}.{key}");
            let message = format!("{name} is {found}; it must not be less than {what}, {least}");
            let origin = values.find(section, key).map(|found| found.origin.clone());
            problems.push(Problem::new(
                name,
                origin.unwrap_or(Origin::Default),
                message,
            ));
        }
    };
    demand(
        "database",
        "wal_pages_hard",
        number("database", "wal_pages_soft"),
        "database.wal_pages_soft",
    );
    demand(
        "limits",
        "head_bytes_max",
        number("limits", "target_bytes_max") + number("limits", "header_bytes_max"),
        "limits.target_bytes_max and limits.header_bytes_max together",
    );
    problems.extend(half_given(values));
    problems
}
