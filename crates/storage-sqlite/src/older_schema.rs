//! A copy of the file as it was, kept beside it before its schema is brought up to date.
//!
//! It is what the version before needs for going back. It is made as a backup is, under another name first, and an earlier
//! copy is never written over: the same one serves again, and another one keeps its name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use crate::backup::{BackupError, copy_from};
use crate::connect::OpenError;
use crate::existing::beside;
use crate::migrations::SCHEMA_VERSION;
use crate::watch::Watch;

/// Copies of one schema that are kept beside a database, at most.
const COPIES_MAX: u32 = 99;

/// Bytes that are compared at once.
const BYTES_AT_ONCE: usize = 1 << 20;

/// Copies the database, of the schema that was found in it, and says in the log where the copy is. The opening lock must
/// be held. What an older server writes after that, where one still runs, is not in the copy.
///
/// # Errors
/// The copy cannot be made; then nothing was changed.
pub(crate) fn keep(db: &Connection, path: &Path, found: usize) -> Result<(), OpenError> {
    let unfinished = beside(path, &format!(".schema-{found}.unfinished"));
    let kept = copy(db, path, found, &unfinished);
    match kept {
        Ok(copy) => {
            let (path, copy) = (path.display(), copy.display());
            tracing::info!(database = %path, %copy, schema = found, "copied aside before its schema is brought up to date");
            Ok(())
        }
        Err(source) => {
            // What is in the way of the copy is told; what is in the way of removing it would be the same.
            drop(remove_if_there(&unfinished));
            Err(OpenError::NotCopied {
                path: path.to_owned(),
                found,
                wanted: SCHEMA_VERSION,
                copy: beside(path, &format!(".schema-{found}")),
                bytes: bytes_of(db),
                source: Box::new(source),
            })
        }
    }
}

fn copy(
    db: &Connection,
    path: &Path,
    found: usize,
    unfinished: &Path,
) -> Result<PathBuf, BackupError> {
    let of_copy = |source| BackupError::Copy {
        path: unfinished.to_owned(),
        source,
    };
    // Left by somebody who was killed: the lock says that nobody is at it.
    remove_if_there(unfinished).map_err(of_copy)?;
    make_private(unfinished).map_err(of_copy)?;
    let mut watch = Watch {
        stop: Arc::default(),
        show: &mut |_| {},
    };
    copy_from(db, unfinished, &mut watch)?;
    give_name(unfinished, path, found).map_err(of_copy)
}

/// An empty file that its owner alone may read.
fn make_private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(path)
}

/// Answers the name that the copy has now. Where the same copy is there already, that one is kept.
fn give_name(unfinished: &Path, path: &Path, found: usize) -> io::Result<PathBuf> {
    for number in 1..=COPIES_MAX {
        let name = match number {
            1 => beside(path, &format!(".schema-{found}")),
            _ => beside(path, &format!(".schema-{found}-{number}")),
        };
        match fs::symlink_metadata(&name) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::rename(unfinished, &name)?;
                sync_folder_of(&name)?;
                return Ok(name);
            }
            Err(error) => return Err(error),
            Ok(file) if file.is_file() && is_same(unfinished, &name)? => {
                fs::remove_file(unfinished)?;
                return Ok(name);
            }
            Ok(_) => {}
        }
    }
    Err(io::Error::other(format!(
        "there are {COPIES_MAX} copies of schema {found} already; move them away"
    )))
}

fn is_same(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (File::open(one)?, File::open(other)?);
    let length = one.metadata()?.len();
    if length != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
    let (mut of_one, mut of_other) = (vec![0; BYTES_AT_ONCE], vec![0; BYTES_AT_ONCE]);
    let mut rest = length;
    while rest > 0 {
        let bytes = usize::try_from(rest).map_or(BYTES_AT_ONCE, |rest| rest.min(BYTES_AT_ONCE));
        of_one.truncate(bytes);
        of_other.truncate(bytes);
        one.read_exact(&mut of_one)?;
        other.read_exact(&mut of_other)?;
        if of_one != of_other {
            return Ok(false);
        }
        rest = rest.saturating_sub(u64::try_from(bytes).unwrap_or(rest));
    }
    Ok(true)
}

fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Bytes of the database, as far as it can say.
fn bytes_of(db: &Connection) -> u64 {
    let number = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let bytes = number("page_count")
        .unwrap_or(0)
        .saturating_mul(number("page_size").unwrap_or(0));
    u64::try_from(bytes).unwrap_or(0)
}
