//! Whether the names of the database still lead to the files that are open.
//!
//! An open file outlives its name: what is written to one that was deleted or moved away is durable and found by nobody. So
//! the names are looked at before each batch, and again before it is acknowledged.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use storage::StorageError;

use crate::error::Result;
use crate::existing::beside;

/// The file and its write-ahead log, as they were found when they were opened.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    files: [(PathBuf, FileId); 2],
}

/// Device and inode.
type FileId = (u64, u64);

impl Place {
    /// To be called while a connection holds both open.
    pub(crate) fn of(database: &Path) -> io::Result<Self> {
        let found = |path: PathBuf| file_id(&path).map(|id| (path, id));
        let wal = found(beside(database, "-wal"))?;
        Ok(Self {
            files: [found(database.to_owned())?, wal],
        })
    }

    /// The database by its name.
    pub(crate) fn database(&self) -> &Path {
        let [(database, _), _] = &self.files;
        database
    }

    /// Refuses when a name leads to another file, or to none.
    pub(crate) fn check(&self) -> Result<()> {
        for (path, opened) in &self.files {
            if file_id(path).ok() != Some(*opened) {
                return Err(StorageError::Unavailable(format!(
                    "{} was deleted, moved or replaced while it was in use; put it back where it was, or stop the server and \
                     restore a backup",
                    path.display()
                )));
            }
        }
        Ok(())
    }
}

fn file_id(path: &Path) -> io::Result<FileId> {
    fs::metadata(path).map(|file| (file.dev(), file.ino()))
}
