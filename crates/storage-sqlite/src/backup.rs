//! A copy of the database as it is at one moment, made while others read and write.
//!
//! SQLite's backup interface copies page by page inside one read transaction, so the copy is of one moment and is never
//! begun anew. The writer does not wait for it. What is written meanwhile stays in the write-ahead log until the copy is
//! there; for that time the log grows by what is written.

use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use storage::StorageError;
use thiserror::Error;

use crate::connect::{OpenError, cannot_open};
use crate::contents::{Contents, schema};
use crate::error::OrStorageError;
use crate::existing::{ExistingError, Use, open_existing};
use crate::migrations::SCHEMA_VERSION;
use crate::watch::{Stage, Watch};
use crate::{checksum, query};

/// Pages that are copied between two looks at whether to stop.
const PAGES_AT_ONCE: i32 = 1_000;

/// A copy cannot be made.
#[derive(Debug, Error)]
pub enum BackupError {
    /// There is nothing to copy.
    #[error(transparent)]
    Existing(#[from] ExistingError),
    /// The copy cannot be made or written.
    #[error("the copy {path} cannot be written: {source}")]
    Copy {
        /// The copy.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// SQLite cannot make the copy, or the database was written by a later version.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database cannot be asked.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Whoever watches wants no more of it.
    #[error("stopped")]
    Stopped,
}

/// Copies the database into a new or empty file, and answers what the database held at that moment. The copy is one
/// file, with nothing beside it, on disk, and has a checksum at its end.
///
/// # Errors
/// There is no such database, it cannot be read, or the copy cannot be written. What is in the copy's file then is of no
/// use.
pub fn copy_to(
    database: &Path,
    copy: &Path,
    watch: &mut Watch<'_>,
) -> Result<Contents, BackupError> {
    let source = open_existing(database, Use::Shared)?;
    refuse_the_future(&source, database)?;
    copy_from(&source, copy, watch)
}

/// Copies as [`copy_to`] does, from a database that is open and in no transaction.
pub(crate) fn copy_from(
    source: &Connection,
    copy: &Path,
    watch: &mut Watch<'_>,
) -> Result<Contents, BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut target =
        Connection::open_with_flags(copy, flags).map_err(|error| cannot_open(copy, error))?;
    // Nobody needs a copy that is half there: it is made without a journal, and is synced at its end.
    prepare(&target, "OFF").map_err(|error| cannot_open(copy, error))?;
    query::execute(source, "BEGIN", [])?;
    let copied = Contents::read(source)
        .map_err(BackupError::from)
        .and_then(|contents| {
            copy_pages(source, &mut target, watch)?;
            Ok(contents)
        });
    query::execute(source, "COMMIT", [])?;
    let contents = copied?;
    prepare(&target, "DELETE").map_err(|error| cannot_open(copy, error))?;
    target
        .close()
        .map_err(|(_, error)| cannot_open(copy, error))?;
    checksum::append(copy, watch).map_err(|source| BackupError::Copy {
        path: copy.to_owned(),
        source,
    })?;
    if watch.is_stopped() {
        return Err(BackupError::Stopped);
    }
    Ok(contents)
}

fn refuse_the_future(db: &Connection, path: &Path) -> Result<(), BackupError> {
    let found = schema(db)?;
    if found <= SCHEMA_VERSION {
        return Ok(());
    }
    Err(BackupError::Open(OpenError::FromTheFuture {
        path: path.to_owned(),
        found,
        known: SCHEMA_VERSION,
    }))
}

/// Sets the journal, which also says in the file's header that it needs no write-ahead log.
fn prepare(copy: &Connection, journal_mode: &str) -> rusqlite::Result<()> {
    copy.pragma_update(None, "synchronous", "OFF")?;
    let mode: String =
        copy.pragma_update_and_check(None, "journal_mode", journal_mode, |row| row.get(0))?;
    if mode.eq_ignore_ascii_case(journal_mode) {
        Ok(())
    } else {
        Err(rusqlite::Error::InvalidParameterName(mode))
    }
}

/// Copies inside the source's open transaction.
fn copy_pages(
    source: &Connection,
    target: &mut Connection,
    watch: &mut Watch<'_>,
) -> Result<(), BackupError> {
    let page_bytes: u64 = query::one(source, "PRAGMA page_size", [], |row| {
        crate::columns::unsigned(row, 0)
    })?
    .unwrap_or_default();
    let bytes = |pages: i32| u64::try_from(pages).unwrap_or(0).saturating_mul(page_bytes);
    let backup = Backup::new(source, target).or_storage_error()?;
    loop {
        let step = backup.step(PAGES_AT_ONCE).or_storage_error()?;
        let progress = backup.progress();
        let total = bytes(progress.pagecount);
        let done = total.saturating_sub(bytes(progress.remaining));
        (watch.show)(Stage::Copying { done, total });
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More if watch.is_stopped() => return Err(BackupError::Stopped),
            StepResult::More => {}
            _ => {
                let why = "another program holds a lock on it";
                return Err(StorageError::Unavailable(why.to_owned()).into());
            }
        }
    }
}
