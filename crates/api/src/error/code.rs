//! The list of error codes.

use http::StatusCode;

use super::facts;

/// The page on which all errors are described.
const ERRORS_PATH: &str = "/docs/errors";

/// Every error that the API can answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The request does not have the form that the operation asks for.
    InvalidRequestParameter,
    /// No access token, or one that does not hold.
    Unauthorized,
    /// Wrong client id or secret in a token request.
    InvalidClient,
    /// The token does not allow this.
    Forbidden,
    /// The client has no grant for the audience.
    NoGrant,
    /// The thing does not exist, or the caller may not know of it.
    NotFound,
    /// No operation has this path.
    UnknownPath,
    /// The path exists, but not with this method.
    MethodNotAllowed,
    /// The body took too long to arrive, or the work too long to do.
    RequestTimeout,
    /// Another client of the partner has this `client_id`.
    ClientIdTaken,
    /// The partner has used all its account numbers.
    AccountNumbersExhausted,
    /// `If-Match` names another version than the present one.
    VersionMismatch,
    /// More bytes in the body than are read.
    BodyTooLarge,
    /// A request target that is too long.
    UriTooLong,
    /// A body of a type that the operation does not read.
    UnsupportedMediaType,
    /// The same idempotency key came before with another body.
    IdempotencyKeyReused,
    /// More headers, or longer ones, than are read.
    HeadersTooLarge,
    /// A fault of Kobling.
    Internal,
    /// Kobling or its database cannot answer just now.
    Unavailable,
}

/// What is known of an error code beforehand.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The word in `error.code`.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// A short title, always the same for this code.
    pub title: &'static str,
    /// Why it happens.
    pub cause: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

impl ErrorCode {
    /// All codes, by status.
    pub const ALL: [Self; 19] = [
        Self::InvalidRequestParameter,
        Self::Unauthorized,
        Self::InvalidClient,
        Self::Forbidden,
        Self::NoGrant,
        Self::NotFound,
        Self::UnknownPath,
        Self::MethodNotAllowed,
        Self::RequestTimeout,
        Self::ClientIdTaken,
        Self::AccountNumbersExhausted,
        Self::VersionMismatch,
        Self::BodyTooLarge,
        Self::UriTooLong,
        Self::UnsupportedMediaType,
        Self::IdempotencyKeyReused,
        Self::HeadersTooLarge,
        Self::Internal,
        Self::Unavailable,
    ];

    /// Status, title, cause and remedy.
    #[must_use]
    pub const fn facts(self) -> &'static Facts {
        match self {
            Self::InvalidRequestParameter => &facts::INVALID_REQUEST_PARAMETER,
            Self::Unauthorized => &facts::UNAUTHORIZED,
            Self::InvalidClient => &facts::INVALID_CLIENT,
            Self::Forbidden => &facts::FORBIDDEN,
            Self::NoGrant => &facts::NO_GRANT,
            Self::NotFound => &facts::NOT_FOUND,
            Self::UnknownPath => &facts::UNKNOWN_PATH,
            Self::MethodNotAllowed => &facts::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => &facts::REQUEST_TIMEOUT,
            Self::ClientIdTaken => &facts::CLIENT_ID_TAKEN,
            Self::AccountNumbersExhausted => &facts::ACCOUNT_NUMBERS_EXHAUSTED,
            Self::VersionMismatch => &facts::VERSION_MISMATCH,
            Self::BodyTooLarge => &facts::BODY_TOO_LARGE,
            Self::UriTooLong => &facts::URI_TOO_LONG,
            Self::UnsupportedMediaType => &facts::UNSUPPORTED_MEDIA_TYPE,
            Self::IdempotencyKeyReused => &facts::IDEMPOTENCY_KEY_REUSED,
            Self::HeadersTooLarge => &facts::HEADERS_TOO_LARGE,
            Self::Internal => &facts::INTERNAL,
            Self::Unavailable => &facts::UNAVAILABLE,
        }
    }

    /// The word in `error.code`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.facts().code
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.facts().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The name of its place on the page of errors, as that page's heading gives it: `version_mismatch`.
    #[must_use]
    pub fn anchor(self) -> String {
        self.as_str().to_ascii_lowercase().replace(' ', "-")
    }

    /// Where it is described: the `type` of an answer, to be resolved against the service's address.
    #[must_use]
    pub fn address(self) -> String {
        format!("{ERRORS_PATH}#{}", self.anchor())
    }

    /// What answers it without saying so in its description; nothing where operations list it.
    #[must_use]
    pub const fn answered_by(self) -> Option<&'static str> {
        match self {
            Self::UnknownPath => Some("any path that no operation has"),
            Self::MethodNotAllowed => Some("every path, to a method that it does not have"),
            Self::RequestTimeout => Some("every operation that reads a body"),
            Self::UriTooLong | Self::HeadersTooLarge | Self::Internal | Self::Unavailable => {
                Some("every operation")
            }
            _ => None,
        }
    }

    /// Its name in the OpenAPI document, where a space may not stand.
    #[must_use]
    pub fn component(self) -> String {
        self.as_str().replace(' ', "_")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_code_is_listed_once_and_says_what_to_do() {
        let codes: HashSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(codes.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            let facts = code.facts();
            assert_eq!(code.status().as_u16(), facts.status);
            assert!(facts.status >= 400, "{code:?}");
            assert!(
                facts.cause.ends_with('.') && facts.remedy.ends_with('.'),
                "{code:?}"
            );
        }
    }

    #[test]
    fn the_published_spelling_is_kept() {
        assert_eq!(ErrorCode::NotFound.as_str(), "NOT FOUND");
        assert_eq!(ErrorCode::NotFound.address(), "/docs/errors#not-found");
        assert_eq!(ErrorCode::NotFound.component(), "NOT_FOUND");
    }
}
