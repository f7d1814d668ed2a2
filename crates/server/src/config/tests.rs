//! What must be true of every setting, whichever there are.

use clap::{Command, CommandFactory};

use super::file::Read;
use super::values::Origin;
use super::{Config, Kind, environment, file, layers, sections, settings};
use crate::commands::Kobling;

#[test]
fn every_default_is_allowed_and_every_section_is_read_from_defaults() {
    for setting in settings() {
        let name = setting.name();
        match setting.default {
            Some(default) => assert!(setting.kind.accepts(default), "{name}"),
            None => assert!(
                !setting.unset.is_empty(),
                "{name} must say what holds without it"
            ),
        }
        assert!(setting.meaning().ends_with('.'), "{name}");
        assert!(!setting.kind.to_string().ends_with('.'), "{name}");
    }
    for section in sections() {
        assert!(section.about().ends_with('.'), "{}", section.name);
    }
    let config = layers::lay(Read::default(), Default::default(), Default::default()).unwrap();
    assert_eq!(config.values.iter().count(), settings().count());
}

#[test]
fn the_defaults_are_those_of_the_parts() {
    let config = layers::lay(Read::default(), Default::default(), Default::default()).unwrap();
    let same = |ours: &dyn std::fmt::Debug, theirs: &dyn std::fmt::Debug| {
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
    };
    same(&config.limits.of_requests(), &api::Limits::default());
    same(
        &config.limits.of_connections(),
        &crate::http::HttpLimits::default(),
    );
    let path = std::path::Path::new("x.db");
    let usual = storage_sqlite::SqliteOptions::at(path);
    same(&config.database.sqlite_options(path), &usual);
    let url = "postgres://localhost/x".parse().unwrap();
    let usual = crate::config::postgres_options(&url);
    let url = crate::config::DatabaseUrl::Postgres(Box::new(url));
    let usual = crate::config::DatabaseOptions::Postgres(usual);
    same(&config.database.options(&url), &usual);
    let usual = service::Settings::for_public_url("http://x");
    assert_eq!(config.limits.queue_max, usual.queue_max);
    assert_eq!(
        config.limits.connections_remembered_bytes,
        usual.connections_remembered_bytes
    );
    assert_eq!(config.tokens.remembered_max, usual.tokens_remembered_max);
    assert_eq!(
        config.tokens.lifetime_seconds,
        usual.token_lifetime.as_secs()
    );
    assert_eq!(config.tokens.algorithm, usual.token_algorithm);
}

#[test]
fn a_number_is_allowed_from_its_least_to_its_most() {
    for setting in settings() {
        let Kind::Whole { min, max, .. } = setting.kind else {
            continue;
        };
        let name = setting.name();
        for number in [min, max] {
            assert!(
                setting.kind.accepts(&number.to_string()),
                "{name} = {number}"
            );
            let (env, text) = (setting.env_name(), number.to_string());
            let read = environment(&[(env.as_str(), text.as_str())]);
            let read = read.map_err(|problems| problems.concat());
            // Alone it may contradict another, and that is told; it is never refused as such.
            let refused = read
                .err()
                .filter(|said| said.contains("it must be a whole"));
            assert_eq!(refused, None, "{name} = {number}");
        }
        for number in [min.checked_sub(1), max.checked_add(1)]
            .into_iter()
            .flatten()
        {
            assert!(
                !setting.kind.accepts(&number.to_string()),
                "{name} = {number}"
            );
        }
    }
    for text in [
        "",
        " 1",
        "+1",
        "-1",
        "1_000",
        "0x10",
        "1.0",
        "99999999999999999999",
    ] {
        let kind = Kind::Whole {
            min: 0,
            max: u64::MAX,
            unit: "",
        };
        assert!(!kind.accepts(text), "{text:?}");
    }
}

#[test]
fn an_argument_says_what_its_setting_says() {
    fn check(command: &Command) -> usize {
        let mut checked = 0;
        for arg in command.get_arguments() {
            let env = arg.get_env().and_then(|name| name.to_str());
            let Some(setting) = settings().find(|setting| env == Some(setting.env_name().as_str()))
            else {
                continue;
            };
            let of = format!("--{} of {}", arg.get_long().unwrap(), command.get_name());
            assert_eq!(arg.get_help().unwrap().to_string(), setting.help(), "{of}");
            let default = arg
                .get_default_values()
                .first()
                .map(|text| text.to_str().unwrap());
            assert_eq!(default, setting.default, "{of}");
            if !setting.is_secret {
                assert_eq!(arg.get_long(), setting.flag, "{of}");
            }
            checked += 1;
        }
        checked + command.get_subcommands().map(check).sum::<usize>()
    }
    assert!(check(&Kobling::command()) > 10);
}

#[test]
fn names_are_one_per_setting() {
    let mut names: Vec<String> = settings().map(super::Setting::env_name).collect();
    names.extend(settings().filter_map(|setting| setting.flag.map(str::to_owned)));
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn a_list_may_be_written_as_one_text_or_several() {
    let level = |value: &str| {
        let read = file::parse("a.toml".as_ref(), &format!("[log]\nlevel = {value}\n"));
        layers::lay(read, Default::default(), Default::default()).map(|config| config.log.level)
    };
    let both = Some("info,api=debug".to_owned());
    assert_eq!(level("\"info,api=debug\"").unwrap(), both);
    assert_eq!(level("[\"info\", \"api=debug\"]").unwrap(), both);
    assert!(level("[\"info,api=debug\"]").is_err());
    assert!(level("[1]").is_err());
    assert!(level("[]").is_err());
}

#[test]
fn a_secret_is_in_no_debug_print() {
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let config = environment(&[("KOBLING_ROOT_KEY", key)]).unwrap();
    assert_eq!(config.database.root_key.as_ref().unwrap().as_str(), key);
    let printed = format!("{config:?}");
    assert!(
        !printed.contains("AAAA") && printed.contains("Secret(..)"),
        "{printed}"
    );
    let key = config.values.find("database", "root_key").unwrap();
    assert_eq!(
        key.origin,
        Origin::Environment("KOBLING_ROOT_KEY".to_owned())
    );
    assert_eq!(key.shown(), None);
}

/// The configuration with these variables alone, or what is wrong with it.
fn environment(variables: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    let variables = variables
        .iter()
        .map(|(name, value)| (name.into(), value.into()));
    let environment = environment::read(variables, &[]);
    layers::lay(Read::default(), environment, Default::default())
        .map_err(|error| error.problems.iter().map(ToString::to_string).collect())
}
