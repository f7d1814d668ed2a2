//! A file that is copied to. No server may run on it meanwhile.

use std::path::PathBuf;

use domain::PartnerId;
use rusqlite::params;
use storage::copying::{CopiedTable, Found, Row, Source, StoredCheck, Target, marked};
use storage::{Installation, StorageError};
use thiserror::Error;

use super::rows;
use super::source::SqliteSource;
use crate::columns::{millis, position, unsigned};
use crate::connect::{OpenError, SqliteOptions, cannot_open, open_for_writing};
use crate::error::{OrStorageError, Result};
use crate::serve_lock::{ServeLock, ServeLockError, lock_file};
use crate::{installation, migrations, query};

/// Pages in the write-ahead log from which a commit carries them into the file.
const WAL_PAGES: u32 = 4_000;

/// A file cannot be copied to.
#[derive(Debug, Error)]
pub enum TargetError {
    /// It cannot be opened or made.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A server runs on it, or another copy does.
    #[error(
        "another kobling serves from {0} or copies to it, and none may while a copy is written into it. Stop it and run \
         this again"
    )]
    Held(PathBuf),
    /// Whether that is so cannot be found out.
    #[error(transparent)]
    Unusable(ServeLockError),
}

/// A file, held against servers for as long as this lives.
#[derive(Debug)]
pub struct SqliteTarget {
    side: SqliteSource,
    _lock: ServeLock,
}

impl SqliteTarget {
    /// Opens the file, making it where it is missing.
    ///
    /// # Errors
    /// It cannot be used, or somebody else does.
    pub fn open(options: &SqliteOptions) -> std::result::Result<Self, TargetError> {
        let lock = ServeLock::take(options).map_err(|error| match error {
            ServeLockError::Held { path } => TargetError::Held(path),
            error @ ServeLockError::Unusable { .. } => TargetError::Unusable(error),
        })?;
        let path = options.beside("-opening");
        let opening = lock_file(&path).and_then(|file| file.lock().map(|()| file));
        let opening = opening.map_err(|source| OpenError::Lock { path, source })?;
        let mut db = open_for_writing(options).map_err(OpenError::explained)?;
        migrations::migrate(&mut db, &options.path).map_err(OpenError::explained)?;
        drop(opening);
        db.pragma_update(None, "wal_autocheckpoint", WAL_PAGES)
            .map_err(|source| cannot_open(&options.path, source))?;
        Ok(Self {
            side: SqliteSource {
                path: options.path.clone(),
                db,
            },
            _lock: lock,
        })
    }

    fn begin_transaction(&self) -> Result<()> {
        if self.side.db.is_autocommit() {
            query::execute(&self.side.db, "BEGIN IMMEDIATE", [])?;
        }
        Ok(())
    }
}

impl Target for SqliteTarget {
    fn side(&mut self) -> &mut dyn Source {
        &mut self.side
    }

    fn found(&mut self) -> Result<Found> {
        if let Some(stored) = installation::find_check(&self.side.db)? {
            return Ok(match stored {
                StoredCheck::Whole(check) => Found::Whole(check),
                StoredCheck::Unfinished(check) => Found::Unfinished(check),
            });
        }
        for table in CopiedTable::ALL {
            if rows::count(&self.side.db, table)? > 0 {
                return Ok(Found::Strangers);
            }
        }
        Ok(Found::Empty)
    }

    fn last_seq(&mut self, partner: PartnerId) -> Result<u64> {
        let sql = "SELECT coalesce(max(position), ?1) - ?1 FROM log_entries
             WHERE position > ?1 AND position <= ?1 + 0xffffffffff";
        let found = query::one(&self.side.db, sql, params![position(partner, 0)], |row| {
            unsigned(row, 0)
        })?;
        Ok(found.unwrap_or_default())
    }

    fn begin(&mut self, of: &Installation) -> Result<bool> {
        let sql = "INSERT INTO installation (id, root_key_check, created_at) VALUES (1, ?1, ?2)
             ON CONFLICT DO UPDATE SET root_key_check = ?1, created_at = ?2 WHERE substr(root_key_check, 1, 32) = ?3";
        let values = params![
            marked(&of.root_key_check),
            millis(of.created_at),
            of.root_key_check.0
        ];
        Ok(query::execute(&self.side.db, sql, values)? == 1)
    }

    fn clear(&mut self, partner: PartnerId, table: CopiedTable) -> Result<()> {
        self.begin_transaction()?;
        rows::delete(&self.side.db, partner, table)
    }

    fn write(&mut self, partner: PartnerId, table: CopiedTable, rows: &[Row]) -> Result<()> {
        self.begin_transaction()?;
        rows::insert(&self.side.db, partner, table, rows)
    }

    fn commit(&mut self) -> Result<()> {
        if self.side.db.is_autocommit() {
            return Ok(());
        }
        query::execute(&self.side.db, "COMMIT", []).map(drop)
    }

    fn finish(&mut self, of: &Installation) -> Result<()> {
        self.commit()?;
        let sql = "UPDATE installation SET root_key_check = ?1 WHERE id = 1";
        if query::execute(&self.side.db, sql, params![of.root_key_check.0])? != 1 {
            let why = "the row of the installation is gone";
            return Err(StorageError::Damaged(why.to_owned()));
        }
        self.side
            .db
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .or_storage_error()
    }
}
