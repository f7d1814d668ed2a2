//! The arguments of commands that use few settings. Values come from any layer; what is said of them, from the settings.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, builder::NonEmptyStringValueParser};
use oauth::Algorithm;

use super::problem::Problem;
use super::values::{Given, Origin};
use super::{ConfigError, DatabaseUrl, Secret, default_of, help_of, server, settings};
use crate::tls::CertificateFiles;

const DATABASE_URL: &str = "KOBLING_DATABASE__URL";
const ROOT_KEY_FILE: &str = "KOBLING_ROOT_KEY_FILE";
const ROOT_KEY: &str = "KOBLING_ROOT_KEY";
const LISTEN: &str = "KOBLING_SERVER__LISTEN";
const PUBLIC_URL: &str = "KOBLING_SERVER__PUBLIC_URL";
const TLS_CERTIFICATE_FILE: &str = "KOBLING_TLS__CERTIFICATE_FILE";
const TLS_KEY_FILE: &str = "KOBLING_TLS__KEY_FILE";
const ALGORITHM: &str = "KOBLING_TOKENS__ALGORITHM";
const LIFETIME_SECONDS: &str = "KOBLING_TOKENS__LIFETIME_SECONDS";

/// Which database, and the key that its secrets are sealed with.
#[derive(Args, Clone, Debug)]
pub struct DatabaseArgs {
    /// The setting `database.url`.
    #[arg(long, env = DATABASE_URL, value_name = "URL", help = help_of(DATABASE_URL),
          default_value = default_of(DATABASE_URL))]
    pub database: String,
    /// The setting `database.root_key_file`.
    #[arg(long, env = ROOT_KEY_FILE, value_name = "FILE", help = help_of(ROOT_KEY_FILE))]
    pub root_key_file: Option<PathBuf>,
    /// The setting `database.root_key`.
    #[arg(long, env = ROOT_KEY, hide = true, hide_env_values = true, help = help_of(ROOT_KEY))]
    pub root_key: Option<Secret>,
}

/// Where the service is reached.
#[derive(Args, Clone, Debug)]
pub struct PublicUrlArgs {
    /// The setting `server.public_url`.
    #[arg(long, env = PUBLIC_URL, value_name = "URL", help = help_of(PUBLIC_URL),
          value_parser = NonEmptyStringValueParser::new())]
    pub public_url: Option<String>,
    /// The setting `server.listen`.
    #[arg(long, env = LISTEN, value_name = "ADDRESS", help = help_of(LISTEN),
          default_value = default_of(LISTEN))]
    pub listen: SocketAddr,
    /// Whether in plain text or not.
    #[command(flatten)]
    pub tls: TlsArgs,
}

/// Where the certificate is that the API is served with.
#[derive(Args, Clone, Debug, Default)]
pub struct TlsArgs {
    /// The setting `tls.certificate_file`.
    #[arg(long, env = TLS_CERTIFICATE_FILE, value_name = "FILE", help = help_of(TLS_CERTIFICATE_FILE))]
    pub tls_certificate_file: Option<PathBuf>,
    /// The setting `tls.key_file`.
    #[arg(long, env = TLS_KEY_FILE, value_name = "FILE", help = help_of(TLS_KEY_FILE))]
    pub tls_key_file: Option<PathBuf>,
}

/// How tokens are made.
#[derive(Args, Clone, Debug)]
pub struct TokenArgs {
    /// The setting `tokens.algorithm`.
    #[arg(long, env = ALGORITHM, value_name = "NAME", help = help_of(ALGORITHM),
          default_value = default_of(ALGORITHM))]
    pub token_algorithm: Algorithm,
    /// The setting `tokens.lifetime_seconds`.
    #[arg(long, env = LIFETIME_SECONDS, value_name = "SECONDS", help = help_of(LIFETIME_SECONDS),
          default_value = default_of(LIFETIME_SECONDS))]
    pub token_lifetime_seconds: u64,
}

impl DatabaseArgs {
    /// The database that is meant.
    ///
    /// # Errors
    /// It names none.
    pub fn url(&self) -> Result<DatabaseUrl, ConfigError> {
        let read = self.database.parse();
        read.map_err(|_| not_allowed(DATABASE_URL, "--database", &self.database))
    }

    /// The SQLite file that is meant, for a command that is about files.
    ///
    /// # Errors
    /// It names another kind of database, which has the remedy instead.
    pub fn sqlite_path(&self, instead: &str) -> Result<PathBuf, ConfigError> {
        match self.url()? {
            DatabaseUrl::Sqlite(path) => Ok(path),
            DatabaseUrl::Postgres(url) => Err(ConfigError::of(Problem::new(
                "database.url",
                Origin::Flag("--database".to_owned()),
                format!("{url} is no SQLite file; {instead}"),
            ))),
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
            None => {
                let scheme = self.tls.files().map_or("http", |_| "https");
                Ok(format!("{scheme}://{}", self.listen))
            }
            Some(given) => server::checked_public_url(given)
                .ok_or_else(|| not_allowed(PUBLIC_URL, "--public-url", given)),
        }
    }
}

impl TlsArgs {
    /// The files, where TLS is wanted. The layers make sure that there are both or none.
    #[must_use]
    pub fn files(&self) -> Option<CertificateFiles> {
        let (certificate, key) = (&self.tls_certificate_file, &self.tls_key_file);
        Some(CertificateFiles {
            certificate: certificate.clone()?,
            key: key.clone()?,
        })
    }
}

impl TokenArgs {
    /// How long a token lives.
    #[must_use]
    pub fn lifetime(&self) -> Duration {
        Duration::from_secs(self.token_lifetime_seconds)
    }
}

/// What the layers say of a value that was given past them.
fn not_allowed(env_name: &str, flag: &str, text: &str) -> ConfigError {
    let origin = Origin::Flag(flag.to_owned());
    let setting = settings().find(|setting| setting.env_name() == env_name);
    ConfigError::of(match setting {
        Some(setting) => Problem::not_allowed(&Given {
            setting: *setting,
            text: text.to_owned(),
            origin,
        }),
        None => Problem::new(env_name, origin, format!("{text:?} is not allowed")),
    })
}
