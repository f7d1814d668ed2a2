//! The error type of all handlers.
//!
//! What the caller reads (`message`, `problems`) and what the log reads (`context`) are kept apart.

use std::fmt::Display;

use http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue};

use super::{ErrorCode, Problem, Problems, REALM};

/// A refusal or fault, on its way to becoming an answer.
#[derive(Debug)]
pub struct ApiError {
    pub(super) code: ErrorCode,
    pub(super) message: String,
    pub(super) problems: Vec<Problem>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) context: Option<String>,
}

/// Why a bearer token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenFault {
    /// There is none. RFC 6750 then names no error.
    Missing,
    /// It is malformed, expired, revoked or of an unknown signer.
    Invalid,
}

impl ApiError {
    /// An error with a message for people.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            problems: Vec::new(),
            headers: Vec::new(),
            context: None,
        }
    }

    /// 400 with all that is wrong; the message is the first of them and says how many follow.
    #[must_use]
    pub fn invalid(problems: Vec<Problem>) -> Self {
        let message = match problems.as_slice() {
            [] => "the request is not valid".to_owned(),
            [only] => only.message.clone(),
            [first, rest @ ..] => {
                let word = if rest.len() == 1 {
                    "problem"
                } else {
                    "problems"
                };
                format!(
                    "{} (and {} more {word}, see errors)",
                    first.message,
                    rest.len()
                )
            }
        };
        Self {
            problems,
            ..Self::new(ErrorCode::InvalidRequestParameter, message)
        }
    }

    /// 401 for a bearer token that is missing or refused.
    #[must_use]
    pub fn unauthorized(fault: TokenFault, message: impl Into<String>) -> Self {
        let error = Self::new(ErrorCode::Unauthorized, message);
        let challenge = match fault {
            TokenFault::Missing => format!("Bearer realm=\"{REALM}\""),
            TokenFault::Invalid => format!(
                "Bearer realm=\"{REALM}\", error=\"invalid_token\", error_description=\"{}\"",
                quotable(&error.message)
            ),
        };
        error.with_header(WWW_AUTHENTICATE, &challenge)
    }

    /// 403 for a token with none of the scopes that the operation lists.
    #[must_use]
    pub fn insufficient_scope(scopes: &[domain::Scope]) -> Self {
        let names: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
        let message = format!("the token has none of the scopes {}", names.join(", "));
        let challenge = format!(
            "Bearer realm=\"{REALM}\", error=\"insufficient_scope\", scope=\"{}\"",
            names.join(" ")
        );
        Self::new(ErrorCode::Forbidden, message).with_header(WWW_AUTHENTICATE, &challenge)
    }

    /// 401 for wrong client credentials in a token request.
    #[must_use]
    pub fn invalid_client(message: impl Into<String>) -> Self {
        let challenge = format!("Basic realm=\"{REALM}\", charset=\"UTF-8\"");
        Self::new(ErrorCode::InvalidClient, message).with_header(WWW_AUTHENTICATE, &challenge)
    }

    /// 405; `allowed` is the list of methods that the path has, such as `GET,POST`.
    #[must_use]
    pub fn method_not_allowed(method: &http::Method, allowed: &str) -> Self {
        let message = format!("this path does not have {method}; Allow says what it has");
        Self::new(ErrorCode::MethodNotAllowed, message).with_header(ALLOW, allowed)
    }

    /// 500; what happened goes to the log alone.
    #[must_use]
    pub fn internal(context: impl Display) -> Self {
        let message = "something went wrong in the server; its log says what";
        Self::new(ErrorCode::Internal, message).with_context(context)
    }

    /// 503 with a word of why, and when to try again; what happened goes to the log alone.
    #[must_use]
    pub fn unavailable(why: &str, retry_after_seconds: u32, context: impl Display) -> Self {
        let seconds = match retry_after_seconds {
            1 => "1 second".to_owned(),
            seconds => format!("{seconds} seconds"),
        };
        let message = format!("{why}; try again in {seconds}");
        Self::new(ErrorCode::Unavailable, message)
            .with_header(RETRY_AFTER, &retry_after_seconds.to_string())
            .with_context(context)
    }

    /// Adds one problem to the list.
    #[must_use]
    pub fn with_problem(mut self, problem: Problem) -> Self {
        self.problems.push(problem);
        self
    }

    /// Adds a header to the answer. A value that cannot stand in a header is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// Notes something for the log.
    #[must_use]
    pub fn with_context(mut self, context: impl Display) -> Self {
        self.context = Some(context.to_string());
        self
    }

    /// Which error it is.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// What the caller is told.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What is wrong with the request.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl From<Vec<Problem>> for ApiError {
    fn from(problems: Vec<Problem>) -> Self {
        Self::invalid(problems)
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self::invalid(vec![problem])
    }
}

impl From<Problems> for ApiError {
    fn from(problems: Problems) -> Self {
        Self::invalid(problems.into_vec())
    }
}

/// The text with only such characters as RFC 6749 and RFC 6750 allow in an error description.
pub(super) fn quotable(text: &str) -> String {
    let allowed = text.chars().map(|character| match character {
        '"' | '\\' => '\'',
        ' '..='~' => character,
        _ => '?',
    });
    allowed.collect()
}
