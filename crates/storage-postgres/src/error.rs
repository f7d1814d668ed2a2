//! What PostgreSQL's errors mean for the caller.

use storage::StorageError;
use tokio_postgres::error::{Severity, SqlState};

/// The result of a question to PostgreSQL.
pub(crate) type Result<T> = std::result::Result<T, StorageError>;

/// Classes of error codes that say that what is stored, or the schema, is not as it should be. All other errors are
/// those of a server that cannot do it at present.
/// Source: PostgreSQL documentation, appendix A, error codes.
const NOT_PASSING: [&str; 5] = [
    "0A", // feature not supported
    "22", // data exception
    "23", // integrity constraint violation
    "42", // syntax error or access rule violation
    "XX", // internal error, which is also what damaged pages answer
];

/// Sorts an error by whether trying again later can help.
pub(crate) fn from_postgres(error: &tokio_postgres::Error) -> StorageError {
    let is_passing = error.code().is_none_or(|code| {
        let class = code.code().get(..2).unwrap_or_default();
        !NOT_PASSING.contains(&class) || *code == SqlState::INSUFFICIENT_PRIVILEGE
    });
    if is_passing {
        StorageError::Unavailable(told(error))
    } else {
        StorageError::Damaged(told(error))
    }
}

/// The whole chain of reasons in one line.
pub(crate) fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(reason) = next {
        let reason_text = reason.to_string();
        if !text.ends_with(&reason_text) {
            text.push_str(": ");
            text.push_str(&reason_text);
        }
        next = reason.source();
    }
    text
}

/// Whether the connection is of no use any more: the server says that it ends, or nothing can be said on it. An error that is
/// made on this side, before anything is sent, is none of these.
pub(crate) fn ends_connection(error: &tokio_postgres::Error) -> bool {
    match error.as_db_error() {
        Some(said) => !matches!(
            said.parsed_severity(),
            Some(Severity::Error | Severity::Warning | Severity::Notice)
        ),
        None => error.is_closed() || is_input_or_output(error),
    }
}

fn is_input_or_output(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = error.source();
    while let Some(reason) = next {
        if reason.is::<std::io::Error>() {
            return true;
        }
        next = reason.source();
    }
    false
}

/// Whether the same transaction may well succeed when it is run again at once: another one was in its way.
pub(crate) fn is_conflict(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| {
        *code == SqlState::T_R_SERIALIZATION_FAILURE
            || *code == SqlState::T_R_DEADLOCK_DETECTED
            || *code == SqlState::UNIQUE_VIOLATION
    })
}

/// Whether the error has the code of those that have none. Where a server writes rows to another one, whatever befalls that one
/// comes like this: that it is gone, or that its disk is full.
pub(crate) fn is_without_code(error: &tokio_postgres::Error) -> bool {
    error
        .code()
        .is_some_and(|code| *code == SqlState::INTERNAL_ERROR)
}

/// Turns PostgreSQL's results into ours.
pub(crate) trait OrStorageError<T> {
    /// The value, or what the error means for the caller.
    fn or_storage_error(self) -> Result<T>;
}

impl<T> OrStorageError<T> for std::result::Result<T, tokio_postgres::Error> {
    fn or_storage_error(self) -> Result<T> {
        self.map_err(|error| from_postgres(&error))
    }
}
