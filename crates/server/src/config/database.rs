//! The database, and the key that its secrets are sealed with.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use oauth::RootKey;
use storage_postgres::{PostgresOptions, PostgresUrl, PostgresUrlError};
use storage_sqlite::SqliteOptions;
use thiserror::Error;

use super::section::section;
use super::{Kind, Secret, Setting};

section! {
    /// The database, and the key that its secrets are sealed with. Paths that are not absolute are looked for from the
    /// folder in which the program is started.
    "database" => pub struct Database {
        /// The database.
        url: String = Setting::of(Kind::Text {
            allowed: "a path or sqlite:///absolute/path for a SQLite file, or postgres://user@host:5432/database",
            check: |text| text.parse::<DatabaseUrl>().is_ok(),
        })
        .default("kobling.db")
        .flag("database")
        .masked(without_password)
        .explained(|text| text.parse::<DatabaseUrl>().err()?.postgres());
        /// A file with the root key, which must be there.
        root_key_file: Option<PathBuf> = Setting::of(Kind::Text {
            allowed: "a path",
            check: |text| !text.is_empty(),
        })
        .unset("kobling.key beside a SQLite file, which is made at first start; with PostgreSQL a key must be given")
        .env("KOBLING_ROOT_KEY_FILE")
        .flag("root-key-file");
        /// The root key itself, instead of a file; it wins over a file. From the environment alone.
        root_key: Option<Secret> = Setting::of(Kind::Text {
            allowed: "32 bytes in base64, which is 43 or 44 characters",
            check: |text| RootKey::from_base64(text).is_ok(),
        })
        .unset("the key is read from a file")
        .env("KOBLING_ROOT_KEY")
        .secret();
        /// SQLite: connections for reading that are kept open while nobody reads. More are opened when they are needed.
        readers_max: usize = Setting::whole(1, 1_024, "connections", "16");
        /// SQLite: the length of the write-ahead log from which a background thread carries it into the file.
        wal_pages_soft: u32 = Setting::whole(100, 10_000_000, "pages of 4096 bytes", "32000");
        /// SQLite: the length of the write-ahead log at which writing waits until it is carried over; not less than
        /// wal_pages_soft.
        wal_pages_hard: u32 = Setting::whole(100, 10_000_000, "pages of 4096 bytes", "128000");
        /// SQLite: how long to wait for another process that writes to the same file, such as a short command beside the server.
        busy_seconds_max: u64 = Setting::whole(1, 300, "seconds", "10");
        /// PostgreSQL: connections that write, each with one batch at a time. A partner's batches are always on the same
        /// one. The default follows the machine: twice its processors, from 4 to 16.
        writers_max: Option<usize> = Setting::of(Kind::Whole { min: 1, max: 256, unit: "connections" })
            .unset("twice the processors of this machine, from 4 to 16");
        /// PostgreSQL: partners whose changes one transaction may hold. With the extension Citus in the database it is always
        /// 1, so that a transaction needs one of its servers and no other.
        partners_per_batch_max: usize = Setting::whole(1, 512, "partners", "512");
        /// PostgreSQL: connections that read, each shared by those who ask at the same time.
        pool_readers_max: Option<usize> = Setting::of(Kind::Whole { min: 1, max: 256, unit: "connections" })
            .unset("twice the processors of this machine, from 4 to 16");
        /// PostgreSQL: how long a server may take to let a connection in. Of several servers all are asked at the same
        /// time.
        connect_seconds_max: u64 = Setting::whole(1, 300, "seconds", "5");
        /// PostgreSQL: how long one statement may take. Its caller gets 503 then.
        statement_seconds_max: u64 = Setting::whole(1, 300, "seconds", "10");
        /// PostgreSQL: how long a statement may wait for another transaction, such as one of another node.
        lock_seconds_max: u64 = Setting::whole(1, 300, "seconds", "5");
        /// PostgreSQL: how long a transaction may stand open while its node says nothing. A node that is stopped in the middle
        /// of a batch keeps others from its partners until then.
        idle_seconds_max: u64 = Setting::whole(1, 300, "seconds", "2");
        /// PostgreSQL: how long to find out what became of a batch whose connection was lost in the middle of its commit,
        /// before its callers are told that nobody knows. A failover should fit into it.
        outcome_seconds_max: u64 = Setting::whole(1, 600, "seconds", "30");
    }
}

/// Which database is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A database on a PostgreSQL server.
    Postgres(Box<PostgresUrl>),
}

/// The text names no database.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DatabaseUrlError {
    /// It is empty, or of a kind that there is not.
    #[error("it must be a path or sqlite:///absolute/path, or postgres://user@host:5432/database")]
    Kind,
    /// It is of PostgreSQL's kind, and wrong.
    #[error(transparent)]
    Postgres(#[from] PostgresUrlError),
}

/// A database and the limits of its use.
#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "a process has one, and hands it on by reference"
)]
pub enum DatabaseOptions {
    /// A SQLite file.
    Sqlite(SqliteOptions),
    /// A database on a PostgreSQL server.
    Postgres(PostgresOptions),
}

impl Database {
    /// The engine's limits, for a database.
    #[must_use]
    pub fn options(&self, url: &DatabaseUrl) -> DatabaseOptions {
        match url {
            DatabaseUrl::Sqlite(path) => DatabaseOptions::Sqlite(self.sqlite_options(path)),
            DatabaseUrl::Postgres(url) => DatabaseOptions::Postgres(self.postgres_options(url)),
        }
    }

    fn postgres_options(&self, url: &PostgresUrl) -> PostgresOptions {
        let usual = postgres_options(url);
        PostgresOptions {
            readers_max: self.pool_readers_max.unwrap_or(usual.readers_max),
            writers_max: self.writers_max.unwrap_or(usual.writers_max),
            partners_per_batch_max: self.partners_per_batch_max,
            connect_timeout: Duration::from_secs(self.connect_seconds_max),
            statement_timeout: Duration::from_secs(self.statement_seconds_max),
            lock_timeout: Duration::from_secs(self.lock_seconds_max),
            idle_timeout: Duration::from_secs(self.idle_seconds_max),
            outcome_timeout: Duration::from_secs(self.outcome_seconds_max),
            ..usual
        }
    }

    /// The engine's limits, for a file.
    #[must_use]
    pub fn sqlite_options(&self, path: &Path) -> SqliteOptions {
        SqliteOptions {
            path: path.to_owned(),
            readers_max: self.readers_max,
            wal_pages_soft: self.wal_pages_soft,
            wal_pages_hard: self.wal_pages_hard,
            busy_timeout: Duration::from_secs(self.busy_seconds_max),
        }
    }
}

/// The usual limits of PostgreSQL on this machine.
pub fn postgres_options(url: &PostgresUrl) -> PostgresOptions {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    PostgresOptions::for_machine(url.clone(), processors)
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        match text.split_once("://") {
            Some(("sqlite", path)) if path.starts_with('/') => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(Box::new(text.parse()?))),
            Some(_) => Err(DatabaseUrlError::Kind),
            None if text.is_empty() => Err(DatabaseUrlError::Kind),
            None => Ok(Self::Sqlite(text.into())),
        }
    }
}

/// As it is shown: without a password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl DatabaseUrlError {
    /// What is wrong with an address of PostgreSQL's kind.
    fn postgres(self) -> Option<String> {
        match self {
            Self::Kind => None,
            Self::Postgres(error) => Some(error.to_string()),
        }
    }
}

impl DatabaseOptions {
    /// Batches that may be under way at the same time.
    #[must_use]
    pub fn lanes(&self) -> usize {
        match self {
            Self::Sqlite(_) => 1,
            Self::Postgres(options) => options.writers_max,
        }
    }

    /// The same for a command: its sessions with a server call themselves so, such as `kobling serve`.
    #[must_use]
    pub fn named(self, command: &str) -> Self {
        match self {
            Self::Sqlite(_) => self,
            Self::Postgres(options) => Self::Postgres(options.named(command)),
        }
    }

    /// The file, where it is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(options) => Some(&options.path),
            Self::Postgres(_) => None,
        }
    }
}

/// The text without what stands between a user's name and the host.
fn without_password(text: &str) -> String {
    let masked = || {
        let (scheme, rest) = text.split_once("://")?;
        let (who, where_it_is) = rest.rsplit_once('@')?;
        let (user, _) = who.split_once(':')?;
        Some(format!("{scheme}://{user}:***@{where_it_is}"))
    };
    masked().unwrap_or_else(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_path_or_a_url() {
        let sqlite = |text: &str| match text.parse() {
            Ok(DatabaseUrl::Sqlite(path)) => Some(path),
            _ => None,
        };
        assert_eq!(sqlite("a/b.db"), Some("a/b.db".into()));
        assert_eq!(sqlite("sqlite:///a/b.db"), Some("/a/b.db".into()));
        for text in ["", "sqlite://a/b.db", "mysql://host/name"] {
            assert_eq!(
                text.parse::<DatabaseUrl>(),
                Err(DatabaseUrlError::Kind),
                "{text}"
            );
        }
        let url: DatabaseUrl = "postgres://kobling:secret@host/name".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://kobling@host:5432/name");
    }

    #[test]
    fn a_password_is_never_shown() {
        for (text, shown) in [
            ("postgres://a:b@c/d?e=f", "postgres://a:***@c/d?e=f"),
            ("postgres://a:b@b@c/d", "postgres://a:***@c/d"),
            ("postgres://a@c/d", "postgres://a@c/d"),
            ("a:b@c.db", "a:b@c.db"),
        ] {
            assert_eq!(without_password(text), shown);
        }
    }
}
