//! Refusals that any use case can make, as answers.

use service::{Denied, Failure, Refusal};

use crate::error::{ApiError, ErrorCode, TokenFault};
use crate::operation::{Access, Operation};

/// The answer to a use case's refusal; `rule` translates what the rules say.
pub(crate) fn refused<R>(
    operation: &Operation,
    refusal: Refusal<R>,
    rule: impl FnOnce(R) -> ApiError,
) -> ApiError {
    match refusal {
        Refusal::Denied(why) => denied(operation, why),
        Refusal::Refused(why) => rule(why),
        Refusal::Failed(why) => failed(why),
    }
}

/// The same where the rules cannot refuse.
pub(crate) fn failed_or_denied(
    operation: &Operation,
    refusal: Refusal<std::convert::Infallible>,
) -> ApiError {
    refused(operation, refusal, |never| match never {})
}

/// The answer to a caller that may not.
pub(crate) fn denied(operation: &Operation, denied: Denied) -> ApiError {
    let message = denied.to_string();
    match denied {
        Denied::InvalidToken(_) | Denied::Revoked => {
            ApiError::unauthorized(TokenFault::Invalid, message)
        }
        Denied::MissingScope => match operation.access {
            Access::AnyOf(scopes) => ApiError::insufficient_scope(scopes),
            Access::Anonymous | Access::ClientCredentials => {
                ApiError::new(ErrorCode::Forbidden, message)
            }
        },
        Denied::WrongOwner
        | Denied::PartnersOnly
        | Denied::CannotGrant(_)
        | Denied::ForeignAudience => ApiError::new(ErrorCode::Forbidden, message),
        Denied::NotFound => not_found(),
    }
}

/// 404 for what does not exist, and the same for what the caller may not know of.
pub(crate) fn not_found() -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        "there is nothing here, or nothing that you may see",
    )
}

/// The answer when something failed.
pub(crate) fn failed(failure: Failure) -> ApiError {
    match failure {
        Failure::Overloaded => {
            let why = "too many changes are waiting, and nothing was stored";
            ApiError::unavailable(why, 1, failure)
        }
        Failure::Unavailable(_) => {
            let why = "the database cannot be used just now, and nothing was stored";
            ApiError::unavailable(why, 5, failure)
        }
        Failure::OutcomeUnknown(why) => {
            let message = "the database broke off while this was being stored, and it is not known \
                           whether it was; repeating it under the same Idempotency-Key tells";
            ApiError::new(ErrorCode::Internal, message).with_context(why)
        }
        Failure::Internal(why) => ApiError::internal(why),
    }
}

/// A rule saw rights that changed again and again; the service has tried enough.
pub(crate) fn stale() -> ApiError {
    let why = "access changed while the request was under way, and nothing was stored";
    ApiError::unavailable(why, 1, why)
}
