//! The flag of commands that look at the database's file and need no key.

use std::path::PathBuf;

use clap::Args;

use crate::config::{ConfigError, DatabaseArgs};

/// Which database.
#[derive(Args, Clone, Debug)]
pub(super) struct DatabaseFile {
    /// The database: a path, or sqlite:///absolute/path.
    #[arg(
        long,
        env = "KOBLING_DATABASE__URL",
        default_value = "kobling.db",
        value_name = "URL"
    )]
    database: String,
}

impl DatabaseFile {
    /// The SQLite file that is meant.
    ///
    /// # Errors
    /// The URL is of another kind.
    pub(super) fn path(&self) -> Result<PathBuf, ConfigError> {
        let args = DatabaseArgs {
            database: self.database.clone(),
            root_key_file: None,
            root_key: None,
        };
        args.sqlite_path()
    }
}
