//! The engine opened for reading alone, for commands that look at a database and must not change it.
//!
//! Nothing is made where it is missing, and no schema is brought up to date.

use std::path::{Path, PathBuf};

use storage::StorageError;
use thiserror::Error;

use crate::connect::SqliteOptions;
use crate::contents::schema;
use crate::existing::{ExistingError, Use, open_existing};
use crate::installation;
use crate::migrations::SCHEMA_VERSION;
use crate::readers::Readers;
use crate::reading::Sqlite;

/// A database in one SQLite file that is read and never written.
pub type ReadOnlySqlite = Sqlite<NoWriting>;

/// Stands where nothing writes.
#[derive(Debug)]
pub struct NoWriting;

/// The file cannot be read.
#[derive(Debug, Error)]
pub enum ReadOnlyError {
    /// It is not there, or no database of Kobling.
    #[error(transparent)]
    Existing(#[from] ExistingError),
    /// It is of another schema.
    #[error(
        "the database {path} has schema {found}, and this version of Kobling reads schema {SCHEMA_VERSION}; \
         an older one is brought up to date when kobling serve starts, a newer one needs the version that wrote it"
    )]
    OtherSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: usize,
    },
    /// It cannot be asked.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl ReadOnlySqlite {
    /// Opens a file that is there, beside a server or without one.
    ///
    /// # Errors
    /// It is not there, no database of Kobling, or of another schema.
    pub fn open(path: &Path) -> Result<Self, ReadOnlyError> {
        let db = open_existing(path, Use::Shared)?;
        let found = schema(&db)?;
        if found != SCHEMA_VERSION {
            return Err(ReadOnlyError::OtherSchema {
                path: path.to_owned(),
                found,
            });
        }
        // Half a copy is not read.
        installation::find(&db)?;
        Ok(Self {
            readers: Readers::new(SqliteOptions::at(path), None),
            writing: NoWriting,
        })
    }
}
