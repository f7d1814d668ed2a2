//! Opening a file that must be there, to read it and nothing else. Nothing is made and nothing is changed.

use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use thiserror::Error;

use crate::connect::APPLICATION_ID;

/// What every SQLite file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// How long to wait for a server that takes the file's lock for a moment.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A file that should be a database of Kobling cannot be read as one.
#[derive(Debug, Error)]
pub enum ExistingError {
    /// There is no such file.
    #[error("there is no database at {0}")]
    Missing(PathBuf),
    /// It cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It does not begin as a SQLite file does.
    #[error("{0} is no SQLite file, or its beginning is damaged")]
    NoDatabase(PathBuf),
    /// It is a SQLite file of another program.
    #[error("{0} is a SQLite file, but not one of Kobling's")]
    Foreign(PathBuf),
    /// SQLite cannot open it.
    #[error("{path} cannot be opened: {source}")]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

impl ExistingError {
    /// Whether it is the disk that is in the way, and nothing in the file.
    #[must_use]
    pub fn is_of_disk(&self) -> bool {
        let Self::CannotOpen { source, .. } = self else {
            return false;
        };
        matches!(
            source.sqlite_error_code(),
            Some(
                ErrorCode::CannotOpen
                    | ErrorCode::DiskFull
                    | ErrorCode::ReadOnly
                    | ErrorCode::SystemIoFailure
            )
        )
    }
}

/// Whether somebody may write to the file meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Somebody may: it is read as SQLite's readers do, which needs the files beside it.
    Shared,
    /// Nobody may: it is read alone, and nothing appears beside it.
    Alone,
}

/// A file beside a database, with more text after its name: `-wal`, `-shm`, `-serving`.
#[must_use]
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(suffix);
    name.into()
}

/// Opens a database of Kobling for reading.
pub(crate) fn open_existing(path: &Path, usage: Use) -> Result<Connection, ExistingError> {
    check_magic(path)?;
    let cannot_open = |source| ExistingError::CannotOpen {
        path: path.to_owned(),
        source,
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = match usage {
        Use::Shared => Connection::open_with_flags(path, flags),
        Use::Alone => {
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            Connection::open_with_flags(uri(path)?, flags)
        }
    };
    let db = db.map_err(cannot_open)?;
    db.busy_timeout(BUSY_TIMEOUT).map_err(cannot_open)?;
    let id: i32 = db
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(cannot_open)?;
    if id == APPLICATION_ID {
        Ok(db)
    } else {
        Err(ExistingError::Foreign(path.to_owned()))
    }
}

/// Looks at the first bytes, before SQLite does.
pub(crate) fn check_magic(path: &Path) -> Result<(), ExistingError> {
    let unreadable = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => ExistingError::Missing(path.to_owned()),
        _ => ExistingError::Unreadable {
            path: path.to_owned(),
            source,
        },
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut start = [0; MAGIC.len()];
    match file.read_exact(&mut start) {
        Ok(()) if start == *MAGIC => Ok(()),
        Err(error) if error.kind() != ErrorKind::UnexpectedEof => Err(unreadable(error)),
        _ => Err(ExistingError::NoDatabase(path.to_owned())),
    }
}

/// The file as a URI (SQLite, "Uniform Resource Identifiers"), with the promise that nobody changes it.
fn uri(path: &Path) -> Result<PathBuf, ExistingError> {
    let full = std::fs::canonicalize(path).map_err(|source| ExistingError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let mut uri = b"file:".to_vec();
    for byte in full.as_os_str().as_bytes() {
        match byte {
            b'%' => uri.extend(b"%25"),
            b'?' => uri.extend(b"%3f"),
            b'#' => uri.extend(b"%23"),
            _ => uri.push(*byte),
        }
    }
    uri.extend(b"?immutable=1");
    Ok(OsString::from_vec(uri).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_marks_of_uris_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("50% #1?.db");
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "application_id", APPLICATION_ID)
            .unwrap();
        drop(db);
        open_existing(&path, Use::Alone).unwrap();
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }
}
