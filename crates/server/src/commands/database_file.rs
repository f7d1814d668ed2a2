//! The flag of commands that look at the database and need no key.

use std::path::PathBuf;

use clap::Args;

use crate::config::{ConfigError, DatabaseArgs, DatabaseUrl, default_of, help_of};

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
    /// The database that is meant.
    ///
    /// # Errors
    /// It names none.
    pub(super) fn url(&self) -> Result<DatabaseUrl, ConfigError> {
        self.args().url()
    }

    /// The SQLite file that is meant, for a command that is about files.
    ///
    /// # Errors
    /// It names another kind of database, which has the remedy instead.
    pub(super) fn path(&self, instead: &str) -> Result<PathBuf, ConfigError> {
        self.args().sqlite_path(instead)
    }

    fn args(&self) -> DatabaseArgs {
        DatabaseArgs {
            database: self.database.clone(),
            root_key_file: None,
            root_key: None,
        }
    }
}
