//! The database, and the key that its secrets are sealed with.

use std::path::{Path, PathBuf};
use std::time::Duration;

use oauth::RootKey;
use storage_sqlite::SqliteOptions;

use super::section::section;
use super::{Kind, Secret, Setting};

section! {
    /// The database, and the key that its secrets are sealed with. Paths that are not absolute are looked for from the
    /// folder in which the program is started.
    "database" => pub struct Database {
        /// The database.
        url: String = Setting::of(Kind::Text {
            allowed: "a path, or sqlite:///absolute/path",
            check: |text| sqlite_path(text).is_some(),
        })
        .default("kobling.db")
        .flag("database");
        /// A file with the root key, which must be there.
        root_key_file: Option<PathBuf> = Setting::of(Kind::Text {
            allowed: "a path",
            check: |text| !text.is_empty(),
        })
        .unset("kobling.key beside the database, which is made at first start")
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
        /// Connections for reading that are kept open while nobody reads. More are opened when they are needed.
        readers_max: usize = Setting::whole(1, 1_024, "connections", "16");
        /// The length of the write-ahead log from which a background thread carries it into the file.
        wal_pages_soft: u32 = Setting::whole(100, 10_000_000, "pages of 4096 bytes", "32000");
        /// The length of the write-ahead log at which writing waits until it is carried over; not less than
        /// wal_pages_soft.
        wal_pages_hard: u32 = Setting::whole(100, 10_000_000, "pages of 4096 bytes", "128000");
        /// How long to wait for another process that writes to the same file, such as a short command beside the server.
        busy_seconds_max: u64 = Setting::whole(1, 300, "seconds", "10");
    }
}

impl Database {
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

/// The SQLite file that is meant, if the URL is of that kind.
pub(super) fn sqlite_path(url: &str) -> Option<PathBuf> {
    match url.split_once("://") {
        Some(("sqlite", path)) if path.starts_with('/') => Some(path.into()),
        Some(_) => None,
        None if url.is_empty() => None,
        None => Some(url.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_a_path_or_a_sqlite_url() {
        assert_eq!(sqlite_path("a/b.db"), Some("a/b.db".into()));
        assert_eq!(sqlite_path("sqlite:///a/b.db"), Some("/a/b.db".into()));
        for url in ["", "sqlite://a/b.db", "postgres://host/name"] {
            assert_eq!(sqlite_path(url), None, "{url}");
        }
    }
}
