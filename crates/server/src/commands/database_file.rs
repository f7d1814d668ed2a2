//! The flag of commands that look at the database's file and need no key.

use std::path::PathBuf;

use clap::Args;

use crate::config::{ConfigError, DatabaseArgs, default_of, help_of};

const DATABASE_URL: &str = "KOBLING_DATABASE__URL";

/// Which database.
#[derive(Args, Clone, Debug)]
pub(super) struct DatabaseFile {
    /// The setting `database.url`.
    #[arg(long, env = DATABASE_URL, value_name = "URL", help = help_of(DATABASE_URL),
          default_value = default_of(DATABASE_URL))]
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
