//! What can go wrong below the rules.

use thiserror::Error;

use crate::payload::PayloadError;

/// The database could not answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StorageError {
    /// It is busy, full, away or read-only; trying again later can help.
    #[error("the database cannot be used now: {0}")]
    Unavailable(String),
    /// What is stored cannot be understood, or the engine broke a promise; trying again will not help.
    #[error(
        "the database is damaged, or of another shape: {0}; look with kobling doctor, and put the newest backup in its \
         place with kobling restore"
    )]
    Damaged(String),
}

/// A batch was not written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WriteError {
    /// Nothing of the batch is stored.
    #[error("not written: {0}")]
    NotWritten(#[from] StorageError),
    /// The connection broke while the batch was being committed: all of it is stored, or nothing.
    #[error("it is not known whether the batch was written: {0}")]
    OutcomeUnknown(String),
}

impl From<PayloadError> for StorageError {
    fn from(error: PayloadError) -> Self {
        Self::Damaged(error.to_string())
    }
}
