//! `kobling doctor`: what is wrong with an installation, and what to do about it. It changes nothing and makes nothing.

mod certificate;
mod clock;
mod configuration;
mod database;
mod disk;
mod finding;
mod keys;
mod port;
mod sealed;
mod server;

use std::path::Path;

use clap::Args;
use serde_json::json;
use storage::StorageError;
use storage_postgres::PostgresUrl;
use storage_sqlite::Examination;

use super::CommandError;
use super::exit::FindingsError;
use super::output::{Colour, Output, harmless};
use crate::application::Surroundings;
use crate::config::{DatabaseArgs, DatabaseUrl, PublicUrlArgs, TokenArgs};
use crate::logging;
use crate::root_key::RootKeySource;
use finding::{Finding, Level};
use sealed::Sealed;

const EXAMPLES: &str = "\
Examples:
  Look at an installation, with the same flags and environment as the server has:
    kobling doctor --database /var/lib/kobling/kobling.db --public-url https://kobling.example.com
  For monitoring:
    kobling doctor --json || alert

What is looked at: configuration, database (opens, is Kobling's, its pages are sound, the length of its write-ahead log; \
of a server: lets this user in, takes writes, and keeps what it has acknowledged), schema, keys (the root key is there, readable by its owner alone, the right one, and opens every signing key), clock, \
disk space, the certificate where TLS is set (valid, for a while still, its key, the host of the public URL), \
and the port (free, or a Kobling answers there). On a large database the pages take a while.

Exit codes: 0 all is well, 3 there are warnings, 4 something is broken; 2 a setting is wrong, and every one that is, is told. \
It only reads: no database, key or lock is made.";

/// The arguments of `kobling doctor`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Doctor {
    /// Print the findings as a JSON object.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    public_url: PublicUrlArgs,
    #[command(flatten)]
    tokens: TokenArgs,
}

/// What is found of the keys and the clock by what the database says.
fn about(key: &RootKeySource, sealed: Result<Sealed, StorageError>) -> Vec<Finding> {
    let now = Surroundings::of_the_machine().clock.now();
    match sealed {
        Ok(sealed) => vec![keys::examine(key, &sealed), clock::examine(&sealed, now)],
        Err(error) => vec![keys::not_read(&error)],
    }
}

impl Doctor {
    pub(super) fn run(self, directives: Option<&str>) -> Result<(), CommandError> {
        logging::start(Some(directives.unwrap_or("warn")));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let findings = runtime.block_on(self.examine());
        let worst = findings.iter().map(|finding| finding.level).max();
        self.tell(&findings)?;
        match worst {
            Some(Level::Error) => Err(FindingsError::Broken.into()),
            Some(Level::Warning) => Err(FindingsError::Warnings.into()),
            Some(Level::Ok) | None => Ok(()),
        }
    }

    async fn examine(&self) -> Vec<Finding> {
        let mut findings = configuration::examine(&self.database, &self.public_url, &self.tokens);
        match self.database.url() {
            Ok(DatabaseUrl::Sqlite(path)) => {
                findings.extend(self.examine_file(&path));
                findings.push(disk::examine(&path));
            }
            Ok(DatabaseUrl::Postgres(url)) => findings.extend(self.examine_server(&url).await),
            Err(_) => {}
        }
        let files = self.public_url.tls.files();
        if let Some(files) = &files {
            let url = self.public_url.public_url().unwrap_or_default();
            let now = Surroundings::of_the_machine().clock.now();
            findings.push(certificate::examine(files, &url, now));
        }
        findings.push(port::examine(self.public_url.listen, files.is_some()).await);
        findings
    }

    async fn examine_server(&self, url: &PostgresUrl) -> Vec<Finding> {
        let source = RootKeySource::of(&self.database, &DatabaseUrl::Postgres(url.clone().into()));
        let (mut findings, reader) = server::examine(url).await;
        let Some(reader) = reader else {
            findings.push(keys::alone(&source));
            return findings;
        };
        let sealed = Sealed::read(&reader).await;
        findings.extend(about(&source, sealed));
        findings
    }

    fn examine_file(&self, path: &Path) -> Vec<Finding> {
        let key = RootKeySource::of(&self.database, &DatabaseUrl::Sqlite(path.to_owned()));
        let examination = match Examination::begin(path) {
            Ok(examination) => examination,
            Err(error) => return vec![database::not_opened(path, &error), keys::alone(&key)],
        };
        let mut findings = database::examine(path, &examination);
        let (schema, is_known) = database::schema(&examination);
        findings.push(schema);
        if is_known {
            findings.extend(about(&key, Sealed::of_file(&examination)));
        }
        findings
    }

    fn tell(&self, findings: &[Finding]) -> Result<(), CommandError> {
        let count = |level| {
            findings
                .iter()
                .filter(|finding| finding.level == level)
                .count()
        };
        let (errors, warnings) = (count(Level::Error), count(Level::Warning));
        let mut out = Output::new();
        if self.json {
            let told = json!({
                "healthy": errors + warnings == 0,
                "errors": errors,
                "warnings": warnings,
                "findings": findings,
            });
            out.line(&serde_json::to_string_pretty(&told)?)?;
            return Ok(out.flush()?);
        }
        for finding in findings {
            let (colour, level) = match finding.level {
                Level::Ok => (Colour::Green, "ok"),
                Level::Warning => (Colour::Yellow, "warning"),
                Level::Error => (Colour::Red, "error"),
            };
            let level = out.painted(colour, &format!("{level:<7}"));
            let message = harmless(&finding.message);
            out.line(&format!("{level}  {:<13}  {message}", finding.check))?;
            if let Some(remedy) = &finding.remedy {
                out.line(&format!("{:24}-> {}", "", harmless(remedy)))?;
            }
        }
        out.line(&match (errors, warnings) {
            (0, 0) => "\nAll is well.".to_owned(),
            _ => format!("\nErrors: {errors}, warnings: {warnings}."),
        })?;
        Ok(out.flush()?)
    }
}
