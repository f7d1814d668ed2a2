//! Whether a file holds what it should, entry by entry. For files that nobody writes to, such as backups.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::{PartnerId, Timestamp};
use rusqlite::Connection;
use storage::{LogPage, StorageError};
use thiserror::Error;

use crate::checksum::{self, CHECKSUM_BYTES};
use crate::columns::{column, unsigned};
use crate::contents::{Contents, PartnerLog, schema};
use crate::error::OrStorageError;
use crate::existing::{ExistingError, Use, beside, check_magic, open_existing};
use crate::migrations::SCHEMA_VERSION;
use crate::watch::{Stage, Watch};
use crate::{log_entries, query};

/// Entries that are looked at before the next are read.
const ENTRIES_AT_ONCE: usize = 1_000;

/// Steps of SQLite's machine between two looks at whether to stop.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// Problems of the file that are told, at most.
const PROBLEMS_MAX: usize = 10;

/// A file does not hold what it should.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// It is no database of Kobling.
    #[error(transparent)]
    Existing(#[from] ExistingError),
    /// A write-ahead log lies beside it.
    #[error(
        "{path} has a write-ahead log beside it: it is a database in use, or one whose server was killed, and no \
         backup; make one with kobling backup"
    )]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// It is shorter or longer than it says.
    #[error("{path} was cut off or is damaged: it has {found} bytes and should have {expected}")]
    Length {
        /// The file.
        path: PathBuf,
        /// Its bytes.
        found: u64,
        /// Bytes that it should have.
        expected: u64,
    },
    /// Its bytes are others than when it was made.
    #[error("{path} is damaged: its bytes are not those that its checksum was made of")]
    Checksum {
        /// The file.
        path: PathBuf,
    },
    /// SQLite finds its pages damaged.
    #[error("{path} is damaged: {}", problems.join("; "))]
    Pages {
        /// The file.
        path: PathBuf,
        /// What SQLite says, some of it.
        problems: Vec<String>,
    },
    /// It was written by a later version.
    #[error(
        "{path} has schema {found}, and this version of Kobling knows schemas up to {SCHEMA_VERSION}; \
         use the version that wrote it, or a later one"
    )]
    FromTheFuture {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: usize,
    },
    /// An entry of a log is missing.
    #[error("the log of {partner} is damaged: entry {seq} is missing")]
    EntryMissing {
        /// Whose log.
        partner: PartnerId,
        /// Which entry.
        seq: u64,
    },
    /// There are more entries than the streams say.
    #[error("the log is damaged: it has {found} entries, and its streams say {expected}")]
    EntriesTooMany {
        /// Entries that are there.
        found: u64,
        /// Entries that should be there.
        expected: u64,
    },
    /// An entry is not what was written.
    #[error("the log of {partner} is damaged: entry {seq} is not what was written")]
    EntryChanged {
        /// Whose log.
        partner: PartnerId,
        /// Which entry.
        seq: u64,
    },
    /// The time of an entry is before that of the entry ahead of it.
    #[error("the log of {partner} is damaged: entry {seq} is older than the entry before it")]
    EntryOutOfTime {
        /// Whose log.
        partner: PartnerId,
        /// Which entry.
        seq: u64,
    },
    /// It cannot be asked.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Whoever watches wants no more of it.
    #[error("stopped")]
    Stopped,
}

/// Looks at what a file says of itself, and at nothing that takes long.
///
/// # Errors
/// It is no database of Kobling, is in use, was cut off, or is of a later version.
pub fn look(path: &Path) -> Result<(), VerifyError> {
    open(path).map(drop)
}

/// Cuts the checksum of a backup off, so that the file is a database and nothing more.
///
/// # Errors
/// The file cannot be read or changed.
pub fn pages_alone(path: &Path) -> Result<(), VerifyError> {
    let bytes = bytes_of_pages(path)?;
    let cut = || {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(bytes)?;
        file.sync_all()
    };
    Ok(cut().map_err(|source| ExistingError::Unreadable {
        path: path.to_owned(),
        source,
    })?)
}

/// Looks at a whole file: the checksum at its end where it has one (a file that SQLite's own tools made has none), every page, every entry of every log, and the streams that say how many there should be.
///
/// # Errors
/// The first thing that is not as it should be.
pub fn verify(path: &Path, watch: &mut Watch<'_>) -> Result<Contents, VerifyError> {
    let db = open(path)?;
    check_bytes(path, watch)?;
    (watch.show)(Stage::CheckingPages);
    check_pages(&db, path, watch)?;
    let contents = Contents::read(&db)?;
    check_entries(&db, &contents.logs, watch)?;
    Ok(contents)
}

fn open(path: &Path) -> Result<Connection, VerifyError> {
    let waits = std::fs::metadata(beside(path, "-wal")).is_ok_and(|wal| wal.len() > 0);
    if waits {
        return Err(VerifyError::InUse {
            path: path.to_owned(),
        });
    }
    check_magic(path)?;
    check_length(path)?;
    let db = open_existing(path, Use::Alone)?;
    let found = schema(&db)?;
    if found > SCHEMA_VERSION {
        return Err(VerifyError::FromTheFuture {
            path: path.to_owned(),
            found,
        });
    }
    Ok(db)
}

/// Bytes of the pages by the file's header, which says how large a page is and how many there are (SQLite, "Database
/// File Format", 1.3).
fn bytes_of_pages(path: &Path) -> Result<u64, ExistingError> {
    let unreadable = |source| ExistingError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mut header = [0; 32];
    let mut file = File::open(path).map_err(unreadable)?;
    file.read_exact(&mut header)
        .map_err(|_| ExistingError::NoDatabase(path.to_owned()))?;
    let [
        ..,
        size_high,
        size_low,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        a,
        b,
        c,
        d,
    ] = header;
    let page_bytes = match u16::from_be_bytes([size_high, size_low]) {
        1 => 65_536,
        size => u64::from(size),
    };
    Ok(page_bytes.saturating_mul(u64::from(u32::from_be_bytes([a, b, c, d]))))
}

/// Holds the length of the file against its header; a checksum may follow the pages.
fn check_length(path: &Path) -> Result<(), VerifyError> {
    let expected = bytes_of_pages(path)?;
    let found = length(path)?;
    if found == expected || found == expected.saturating_add(CHECKSUM_BYTES) {
        return Ok(());
    }
    Err(VerifyError::Length {
        path: path.to_owned(),
        found,
        expected,
    })
}

fn length(path: &Path) -> Result<u64, ExistingError> {
    let file = std::fs::metadata(path).map_err(|source| ExistingError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    Ok(file.len())
}

fn check_bytes(path: &Path, watch: &mut Watch<'_>) -> Result<(), VerifyError> {
    let pages = bytes_of_pages(path)?;
    if length(path)? == pages {
        return Ok(());
    }
    let is_right = checksum::is_right(path, pages, watch);
    let is_right = is_right.map_err(|source| ExistingError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    if watch.is_stopped() {
        return Err(VerifyError::Stopped);
    }
    if is_right {
        return Ok(());
    }
    Err(VerifyError::Checksum {
        path: path.to_owned(),
    })
}

fn check_pages(db: &Connection, path: &Path, watch: &Watch<'_>) -> Result<(), VerifyError> {
    let stop = Arc::clone(&watch.stop);
    let look = move || stop.load(Ordering::Relaxed);
    db.progress_handler(STEPS_BETWEEN_LOOKS, Some(look))
        .or_storage_error()?;
    let sql = format!("PRAGMA integrity_check({PROBLEMS_MAX})");
    let said = query::all(db, &sql, [], |row| column::<String>(row, 0));
    db.progress_handler(0, None::<fn() -> bool>)
        .or_storage_error()?;
    let problems = match said {
        _ if watch.is_stopped() => return Err(VerifyError::Stopped),
        Ok(said) if said == ["ok"] => return Ok(()),
        Ok(said) => said,
        Err(error) => vec![error.to_string()],
    };
    Err(VerifyError::Pages {
        path: path.to_owned(),
        problems: problems
            .iter()
            .map(|text| text.replace('\n', " "))
            .collect(),
    })
}

fn check_entries(
    db: &Connection,
    logs: &[PartnerLog],
    watch: &mut Watch<'_>,
) -> Result<(), VerifyError> {
    let total = logs.iter().map(|log| log.last_seq).sum();
    let count = query::one(db, "SELECT count(*) FROM log_entries", [], |row| {
        unsigned(row, 0)
    })?;
    let mut done = 0;
    for log in logs {
        check_log(db, log, &mut |more| {
            done += more;
            (watch.show)(Stage::CheckingEntries { done, total });
            !watch.stop.load(Ordering::Relaxed)
        })?;
    }
    let found = count.unwrap_or_default();
    if found == total {
        return Ok(());
    }
    Err(VerifyError::EntriesTooMany {
        found,
        expected: total,
    })
}

/// Looks at one log; tells how many entries more were looked at, and stops when the answer is no.
fn check_log(
    db: &Connection,
    log: &PartnerLog,
    looked_at: &mut dyn FnMut(u64) -> bool,
) -> Result<(), VerifyError> {
    let partner = log.partner;
    let (mut seq, mut at) = (0, Timestamp::from_millis(0));
    while seq < log.last_seq {
        let page = LogPage {
            after: seq,
            limit: ENTRIES_AT_ONCE,
        };
        let before = seq;
        for entry in log_entries::list(db, partner, page)? {
            seq += 1;
            if entry.seq != seq {
                return Err(VerifyError::EntryMissing { partner, seq });
            }
            if !entry.is_intact() {
                return Err(VerifyError::EntryChanged { partner, seq });
            }
            if entry.at < at {
                return Err(VerifyError::EntryOutOfTime { partner, seq });
            }
            at = entry.at;
        }
        if seq == before {
            let seq = seq + 1;
            return Err(VerifyError::EntryMissing { partner, seq });
        }
        if !looked_at(seq - before) {
            return Err(VerifyError::Stopped);
        }
    }
    if at > log.last_at {
        let seq = log.last_seq;
        return Err(VerifyError::EntryOutOfTime { partner, seq });
    }
    Ok(())
}
