//! What can be learned of a file without changing anything, for whoever looks for what is wrong with it.

use std::path::{Path, PathBuf};

use domain::signing_keys::SigningKeyRecord;
use domain::{PartnerId, Stream};
use rusqlite::Connection;
use storage::Installation;

use crate::columns::column;
use crate::contents::schema;
use crate::error::Result;
use crate::existing::{ExistingError, Use, beside, open_existing};
use crate::{installation, query, signing_keys, streams};

/// Problems of the file that are told, at most.
const PROBLEMS_MAX: usize = 10;

/// A file that is being looked at.
#[derive(Debug)]
pub struct Examination {
    path: PathBuf,
    db: Connection,
}

impl Examination {
    /// Opens a file for reading. Where no write-ahead log has anything to add, nothing appears beside it either.
    ///
    /// # Errors
    /// It is not there, or no database of Kobling.
    pub fn begin(path: &Path) -> std::result::Result<Self, ExistingError> {
        let in_use = std::fs::metadata(beside(path, "-wal")).is_ok_and(|wal| wal.len() > 0);
        let usage = if in_use { Use::Shared } else { Use::Alone };
        Ok(Self {
            path: path.to_owned(),
            db: open_existing(path, usage)?,
        })
    }

    /// What SQLite finds wrong with the pages (`PRAGMA quick_check`); nothing when they are sound.
    ///
    /// # Errors
    /// The file cannot be asked.
    pub fn quick_check(&self) -> Result<Vec<String>> {
        let sql = format!("PRAGMA quick_check({PROBLEMS_MAX})");
        let said = query::all(&self.db, &sql, [], |row| column::<String>(row, 0))?;
        Ok(if said == ["ok"] { Vec::new() } else { said })
    }

    /// Bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |file| file.len())
    }

    /// Bytes of the write-ahead log.
    #[must_use]
    pub fn wal_bytes(&self) -> u64 {
        std::fs::metadata(beside(&self.path, "-wal")).map_or(0, |file| file.len())
    }

    /// The number of its schema; 0 before the first start has made one.
    ///
    /// # Errors
    /// The file cannot be asked.
    pub fn schema(&self) -> Result<usize> {
        schema(&self.db)
    }

    /// Whose database it is, where it was set up.
    ///
    /// # Errors
    /// The file cannot be asked.
    pub fn installation(&self) -> Result<Option<Installation>> {
        installation::find(&self.db)
    }

    /// The partners and their streams.
    ///
    /// # Errors
    /// The file cannot be asked.
    pub fn streams(&self) -> Result<Vec<(PartnerId, Stream)>> {
        streams::list(&self.db)
    }

    /// A partner's signing keys.
    ///
    /// # Errors
    /// The file cannot be asked.
    pub fn signing_keys(&self, partner: PartnerId) -> Result<Vec<SigningKeyRecord>> {
        signing_keys::list(&self.db, partner)
    }
}
