//! A file that is copied from: one read transaction of one connection.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use domain::PartnerId;
use rusqlite::Connection;
use storage::copying::{CopiedTable, CopyError, Source, TakeRows};
use storage::{Installation, StorageError};
use thiserror::Error;

use super::rows;
use crate::contents::schema;
use crate::error::Result;
use crate::existing::{ExistingError, Use, open_existing};
use crate::migrations::SCHEMA_VERSION;
use crate::wal_damage::{WalDamage, refuse_damaged_wal};
use crate::{installation, log_entries, query};

/// A file cannot be copied from.
#[derive(Debug, Error)]
pub enum SourceError {
    /// It is not there, or no database of Kobling.
    #[error(transparent)]
    Existing(#[from] ExistingError),
    /// What its write-ahead log holds cannot be trusted.
    #[error(transparent)]
    Wal(#[from] WalDamage),
    /// It is of another schema.
    #[error(
        "the database {path} has schema {found}, and this version of Kobling copies schema {SCHEMA_VERSION}; \
         kobling migrate brings an older one up to date, a newer one needs the version that wrote it"
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

/// A file as it was when this was opened, whoever writes to it since. What is written meanwhile stays in its write-ahead
/// log until this is dropped.
#[derive(Debug)]
pub struct SqliteSource {
    pub(super) path: PathBuf,
    pub(super) db: Connection,
}

impl SqliteSource {
    /// Opens a file that is there, beside a server or without one.
    ///
    /// # Errors
    /// It is not there, no database of Kobling, damaged, or of another schema.
    pub fn open(path: &Path) -> std::result::Result<Self, SourceError> {
        refuse_damaged_wal(path)?;
        let db = open_existing(path, Use::Shared)?;
        query::execute(&db, "BEGIN", [])?;
        // The first read fixes the state.
        let found = schema(&db)?;
        rows_are_fixed(&db)?;
        if found != SCHEMA_VERSION {
            return Err(SourceError::OtherSchema {
                path: path.to_owned(),
                found,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            db,
        })
    }
}

/// A pragma alone does not begin a read transaction.
fn rows_are_fixed(db: &Connection) -> Result<()> {
    query::one(db, "SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map(drop)
}

/// Device and inode.
fn identity(path: &Path) -> Result<String> {
    let file = std::fs::metadata(path).map_err(|error| {
        StorageError::Unavailable(format!("{} cannot be looked at: {error}", path.display()))
    })?;
    Ok(format!("file {} {}", file.dev(), file.ino()))
}

impl Source for SqliteSource {
    fn identity(&mut self) -> Result<String> {
        identity(&self.path)
    }

    fn installation(&mut self) -> Result<Option<Installation>> {
        installation::find(&self.db)
    }

    fn partners(&mut self) -> Result<Vec<(PartnerId, u64)>> {
        rows::partners(&self.db)
    }

    fn count(&mut self, table: CopiedTable) -> Result<u64> {
        rows::count(&self.db, table)
    }

    fn content_hash(&mut self, partner: PartnerId, seq: u64) -> Result<Option<[u8; 32]>> {
        log_entries::find_hash(&self.db, partner, seq)
    }

    fn rows(
        &mut self,
        partner: PartnerId,
        table: CopiedTable,
        after: u64,
        take: &mut TakeRows<'_>,
    ) -> std::result::Result<(), CopyError> {
        rows::select(&self.db, partner, table, after, take)
    }
}
