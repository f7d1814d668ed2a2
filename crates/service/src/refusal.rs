//! Why a use case did not do what it was asked.

use domain::Scopes;
use oauth::TokenError;
use storage::{StorageError, WriteError};
use thiserror::Error;

/// A use case's refusal: the caller may not, the rules say no, or something failed.
#[derive(Debug, Error)]
pub enum Refusal<R> {
    /// The caller may not.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The rules say no.
    #[error("refused")]
    Refused(R),
    /// Something failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// The caller may not.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Denied {
    /// The token is not one of ours, or not any more.
    #[error("the access token is not valid: {0}")]
    InvalidToken(TokenError),
    /// The token's client was deleted, or nothing is granted to it any more.
    #[error("the access token was revoked")]
    Revoked,
    /// The token is for another partner or account than the path's owner.
    #[error("the access token is for another account")]
    WrongOwner,
    /// The token has none of the scopes that suffice.
    #[error("the access token has none of the scopes that suffice")]
    MissingScope,
    /// Only a partner may do this.
    #[error("only a partner may do this")]
    PartnersOnly,
    /// The caller would give what it does not have.
    #[error("scopes cannot be granted that the caller does not hold: {}", .0.to_text())]
    CannotGrant(Scopes),
    /// The caller would let someone act on an account on which it may not act itself.
    #[error("the caller may not act on the audience's account")]
    ForeignAudience,
    /// What was asked for does not exist, or the caller may not know that it does.
    #[error("not found")]
    NotFound,
}

/// Something failed that the caller could not help.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Failure {
    /// Too much is waiting already; nothing was done.
    #[error("too many changes are waiting")]
    Overloaded,
    /// The database cannot be used now; nothing was done.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// It is not known whether it was done; repeating it with the same idempotency key tells.
    #[error("outcome unknown: {0}")]
    OutcomeUnknown(String),
    /// A fault of the service or its data.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<StorageError> for Failure {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable(why) => Self::Unavailable(why),
            damaged @ StorageError::Damaged(_) => Self::Internal(damaged.to_string()),
        }
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::NotWritten(error) => error.into(),
            WriteError::OutcomeUnknown(why) => Self::OutcomeUnknown(why),
        }
    }
}

impl<R> From<StorageError> for Refusal<R> {
    fn from(error: StorageError) -> Self {
        Self::Failed(error.into())
    }
}
