//! One server at a time on a file. Short commands do not take this lock and work beside it.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::PathBuf;

use thiserror::Error;

use crate::connect::SqliteOptions;

/// Held while a server runs on a file; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct ServeLock {
    _file: File,
}

/// The lock cannot be had.
#[derive(Debug, Error)]
pub enum ServeLockError {
    /// Another process holds it.
    #[error(
        "another kobling already serves {path}; stop it first, or give this one another file with --database"
    )]
    Held {
        /// The database.
        path: PathBuf,
    },
    /// The lock file cannot be made.
    #[error(
        "the file {path} beside the database cannot be made: {source}; its folder must exist and be writable"
    )]
    Unusable {
        /// The lock file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl ServeLock {
    /// Takes the lock of a file, or says who has it.
    ///
    /// # Errors
    /// Another server has it, or the lock file cannot be made.
    pub fn take(options: &SqliteOptions) -> Result<Self, ServeLockError> {
        let path = options.beside("-serving");
        let unusable = |source| ServeLockError::Unusable {
            path: path.clone(),
            source,
        };
        let file = lock_file(&path).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(ServeLockError::Held {
                path: options.path.clone(),
            }),
            Err(TryLockError::Error(source)) => Err(unusable(source)),
        }
    }
}

/// Opens a lock file, making it where it is missing.
pub(crate) fn lock_file(path: &PathBuf) -> std::io::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
}
