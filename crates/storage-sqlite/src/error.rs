//! What SQLite's error codes mean for the caller.

use rusqlite::ErrorCode;
use storage::StorageError;

/// The result of a question to SQLite.
pub(crate) type Result<T> = std::result::Result<T, StorageError>;

/// Sorts an error by whether trying again later can help.
pub(crate) fn from_sqlite(error: &rusqlite::Error) -> StorageError {
    let passing = matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::OutOfMemory
        )
    );
    if passing {
        StorageError::Unavailable(error.to_string())
    } else {
        StorageError::Damaged(error.to_string())
    }
}

/// Turns SQLite's results into ours.
pub(crate) trait OrStorageError<T> {
    /// The value, or what the error means for the caller.
    fn or_storage_error(self) -> Result<T>;
}

impl<T> OrStorageError<T> for rusqlite::Result<T> {
    fn or_storage_error(self) -> Result<T> {
        self.map_err(|error| from_sqlite(&error))
    }
}
