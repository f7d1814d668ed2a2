//! Opening the file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use thiserror::Error;

use crate::backup::BackupError;
use crate::existing::beside;
use crate::room;

/// "Kobl" in ASCII: tells our files from other programs' (SQLite, `application_id`).
pub(crate) const APPLICATION_ID: i32 = 0x4b6f_626c;

/// Bytes of the file that readers look at in place instead of copying pages out of it.
const MAPPED_BYTES_MAX: i64 = 1 << 30;

/// Where the database is and how much it may use.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// The file; it is made where it is missing.
    pub path: PathBuf,
    /// Connections for reading that are kept open while nobody reads, at most.
    pub readers_max: usize,
    /// Pages in the write-ahead log from which the background thread carries them into the file.
    pub wal_pages_soft: u32,
    /// Pages in the write-ahead log at which the writer stops to carry them into the file itself.
    pub wal_pages_hard: u32,
    /// How long to wait for another process that writes.
    pub busy_timeout: Duration,
}

/// The file cannot be used.
#[derive(Debug, Error)]
pub enum OpenError {
    /// It cannot be read or written.
    #[error("the database {path} cannot be opened: {source}; {}", advice(source))]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// Its disk takes nothing more.
    #[error(
        "the database {path} cannot be opened, because its disk takes nothing more: {source}; make room and start again"
    )]
    NoRoom {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// SQLite could open it for reading alone.
    #[error(
        "the database {path} cannot be written by the user that runs this; give that user the file and its folder, or \
         start as the user that has them"
    )]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// The lock beside the file cannot be taken.
    #[error(
        "the file {path} beside the database cannot be made: {source}; its folder must exist and be writable"
    )]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It was there, and then was not.
    #[error("the database {path} has vanished while it was being opened: {source}")]
    Vanished {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is a SQLite file of another program.
    #[error("{path} is a SQLite file, but not one of Kobling's; name another file with --database")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A copy is being written into it.
    #[error("the database {path} cannot be used: {}", storage::copying::UNFINISHED)]
    Unfinished {
        /// The file.
        path: PathBuf,
    },
    /// It was written by a later version.
    #[error(
        "the database {path} has schema {found}, and this version of Kobling knows schemas up to {known}; \
         start the version that wrote it, or restore a backup from before the upgrade"
    )]
    FromTheFuture {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: usize,
        /// The newest schema known here.
        known: usize,
    },
    /// It is of an older schema, and cannot be copied aside before that is brought up to date.
    #[error(
        "the database {path} has schema {found} and is copied to {copy} before it is brought to schema {wanted}, and that \
         copy cannot be made: {source}; give it {bytes} bytes of room and a folder that it may write to, and start again; \
         nothing was changed"
    )]
    NotCopied {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: usize,
        /// The schema that it needs.
        wanted: usize,
        /// Where the copy would be.
        copy: PathBuf,
        /// How large the copy would be.
        bytes: u64,
        /// What is in the way.
        source: Box<BackupError>,
    },
}

impl OpenError {
    /// Looks whether the disk is full: SQLite says no more than that it could not write.
    pub(crate) fn explained(self) -> Self {
        let Self::CannotOpen { path, source } = &self else {
            return self;
        };
        let is_of_disk = matches!(
            source.sqlite_error_code(),
            Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure)
        );
        if !is_of_disk {
            return self;
        }
        match room::check(&beside(path, "-room")) {
            Err(full) => Self::NoRoom {
                path: path.clone(),
                source: full,
            },
            Ok(()) => self,
        }
    }
}

/// What to do where SQLite cannot open a file.
fn advice(source: &rusqlite::Error) -> &'static str {
    match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            "it is damaged, or no database: keep it aside and put the newest backup in its place with kobling restore, or \
             name the right file"
        }
        Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure) => {
            "its disk is full or failing: look into the system's log, then start again"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program holds it: end that one, then start again"
        }
        _ => "it and its folder must be there, and writable for the user that runs this",
    }
}

impl SqliteOptions {
    /// The usual limits for a file.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            readers_max: 16,
            wal_pages_soft: 32_000,
            wal_pages_hard: 128_000,
            busy_timeout: Duration::from_secs(10),
        }
    }

    /// A file beside the database, with more text after its name.
    pub(crate) fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(suffix);
        name.into()
    }
}

/// Opens a connection that may write. Every commit is on disk when it returns (`synchronous=FULL`).
///
/// Whose file it is comes first: changing the journal mode would change another program's file.
pub(crate) fn open_for_writing(options: &SqliteOptions) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = open(&options.path, flags, options.busy_timeout)?;
    let read_only = db.is_readonly("main");
    if read_only.map_err(|source| cannot_open(&options.path, source))? {
        return Err(OpenError::ReadOnly {
            path: options.path.clone(),
        });
    }
    claim(&db, &options.path)?;
    let prepare = || {
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "wal_autocheckpoint", 0)?;
        db.pragma_update(None, "cache_size", -32_000)
    };
    prepare().map_err(|source| cannot_open(&options.path, source))?;
    Ok(db)
}

/// Opens a connection that only reads.
pub(crate) fn open_for_reading(options: &SqliteOptions) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = open(&options.path, flags, options.busy_timeout)?;
    let prepare = || {
        db.pragma_update(None, "mmap_size", MAPPED_BYTES_MAX)?;
        db.pragma_update(None, "cache_size", -16_000)
    };
    prepare().map_err(|source| cannot_open(&options.path, source))?;
    Ok(db)
}

/// Refuses files of other programs and marks new ones as ours.
fn claim(db: &Connection, path: &Path) -> Result<(), OpenError> {
    let error = |source| cannot_open(path, source);
    let id: i32 = db
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(error)?;
    let tables: i64 = db
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|source| cannot_open(path, source))?;
    match id {
        APPLICATION_ID => Ok(()),
        0 if tables == 0 => db
            .pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(|source| cannot_open(path, source)),
        _ => Err(OpenError::Foreign {
            path: path.to_owned(),
        }),
    }
}

fn open(path: &Path, flags: OpenFlags, busy_timeout: Duration) -> Result<Connection, OpenError> {
    let db =
        Connection::open_with_flags(path, flags).map_err(|source| cannot_open(path, source))?;
    db.busy_timeout(busy_timeout)
        .map_err(|source| cannot_open(path, source))?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

pub(crate) fn cannot_open(path: &Path, source: rusqlite::Error) -> OpenError {
    OpenError::CannotOpen {
        path: path.to_owned(),
        source,
    }
}
