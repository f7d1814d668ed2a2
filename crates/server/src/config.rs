//! The settings of the commands: flags, each of which may also come from the environment.
//!
//! The environment is read here alone, by the parser of the flags.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, builder::NonEmptyStringValueParser};
use oauth::Algorithm;
use thiserror::Error;

/// Which database, and the key that its secrets are sealed with.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// The database: a path, or sqlite:///absolute/path.
    #[arg(
        long,
        env = "KOBLING_DATABASE__URL",
        default_value = "kobling.db",
        value_name = "URL"
    )]
    pub database: String,
    /// A file with the root key; without it, kobling.key beside the database, which is made at first start.
    #[arg(long, env = "KOBLING_ROOT_KEY_FILE", value_name = "FILE")]
    pub root_key_file: Option<PathBuf>,
    /// The root key itself, 32 bytes in base64, instead of a file.
    #[arg(long, env = "KOBLING_ROOT_KEY", hide = true, hide_env_values = true)]
    pub root_key: Option<String>,
}

/// Where the service is reached.
#[derive(Args, Clone, Debug)]
pub struct PublicUrlArgs {
    /// Where callers reach the service, without a path; part of every token's issuer. Default: http://{listen}.
    #[arg(long, env = "KOBLING_SERVER__PUBLIC_URL", value_name = "URL",
          value_parser = NonEmptyStringValueParser::new())]
    pub public_url: Option<String>,
    /// The address to listen on.
    #[arg(
        long,
        env = "KOBLING_SERVER__LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,
}

/// How tokens are made.
#[derive(Args, Clone, Debug)]
pub struct TokenArgs {
    /// What new tokens are signed with: RS256, ES256 or EdDSA.
    #[arg(long, env = "KOBLING_TOKENS__ALGORITHM", default_value_t = Algorithm::Rs256, value_name = "NAME")]
    pub token_algorithm: Algorithm,
    /// How long a token lives, in seconds, from 60 to 604800.
    #[arg(long, env = "KOBLING_TOKENS__LIFETIME_SECONDS", default_value_t = 14_400, value_name = "SECONDS",
          value_parser = clap::value_parser!(u64).range(60..=604_800))]
    pub token_lifetime_seconds: u64,
}

/// A setting cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// The database is none of the kinds there are.
    #[error("--database {0}: give a path, or sqlite:///absolute/path")]
    Database(String),
    /// The public URL has more or less than scheme, host and port.
    #[error(
        "--public-url {0}: give scheme, host and perhaps a port, such as https://kobling.example.com, and no path"
    )]
    PublicUrl(String),
}

impl DatabaseArgs {
    /// The SQLite file that is meant.
    ///
    /// # Errors
    /// The URL is of another kind.
    pub fn sqlite_path(&self) -> Result<PathBuf, ConfigError> {
        let refused = || ConfigError::Database(self.database.clone());
        match self.database.split_once("://") {
            Some(("sqlite", path)) if path.starts_with('/') => Ok(path.into()),
            Some(_) => Err(refused()),
            None if self.database.is_empty() => Err(refused()),
            None => Ok(self.database.clone().into()),
        }
    }
}

impl PublicUrlArgs {
    /// The public URL without a slash at its end.
    ///
    /// # Errors
    /// It is no URL, or has a path.
    pub fn public_url(&self) -> Result<String, ConfigError> {
        match &self.public_url {
            None => Ok(format!("http://{}", self.listen)),
            Some(given) => checked_public_url(given),
        }
    }
}

impl TokenArgs {
    /// How long a token lives.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        Duration::from_secs(self.token_lifetime_seconds)
    }
}

fn checked_public_url(given: &str) -> Result<String, ConfigError> {
    let url = given.strip_suffix('/').unwrap_or(given);
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let is_host = |host: &str| {
        !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte))
    };
    match host {
        Some(host) if is_host(host) => Ok(url.to_owned()),
        _ => Err(ConfigError::PublicUrl(given.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_scheme_host_and_port() {
        assert_eq!(
            checked_public_url("https://a.example/").as_deref(),
            Ok("https://a.example")
        );
        assert_eq!(
            checked_public_url("http://[::1]:80").as_deref(),
            Ok("http://[::1]:80")
        );
        for url in [
            "",
            "a.example",
            "https://",
            "https://a.example/x",
            "ftp://a",
            "https://u@a",
            "https://a?b",
        ] {
            assert!(checked_public_url(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_database_is_a_path_or_a_sqlite_url() {
        let path = |database: &str| {
            DatabaseArgs {
                database: database.to_owned(),
                root_key_file: None,
                root_key: None,
            }
            .sqlite_path()
        };
        assert_eq!(path("a/b.db"), Ok("a/b.db".into()));
        assert_eq!(path("sqlite:///a/b.db"), Ok("/a/b.db".into()));
        for database in ["", "sqlite://a/b.db", "postgres://host/name"] {
            assert!(path(database).is_err(), "{database}");
        }
    }
}
