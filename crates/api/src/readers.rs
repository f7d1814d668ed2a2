//! What is read from a caller, as functions of bytes: for those who hold the readers against hostile input.
//!
//! The handlers use the same functions. Nothing here asks the service, so that a fuzzer can call it a million times.

use domain::Scopes;
use domain::connections::{ConnectionEvent, NewConnectionEvent, Precondition};
use http::HeaderMap;

use crate::error::{ApiError, OAuthError};
use crate::http_in::{self, Query};
use crate::operation::Operation;
use crate::shape::{Strictness, check};
use crate::v1::connection_events::{EventAnswer, record};
use crate::v1::models::access_token::TOKEN_REQUEST;
use crate::v1::models::connection_event::CONNECTION_EVENT;
use crate::v1::tokens::issue;

pub use crate::http_in::{
    account_token, bearer, event_token, parse_account_token, parse_event_token,
};

/// A client's name and secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The `client_id`, or the client's `id`.
    pub name: String,
    /// The `client_secret`.
    pub secret: String,
}

/// What a token request in a form says.
#[derive(Debug)]
pub struct TokenForm {
    /// For which account; none means that of the path.
    pub audience: Option<String>,
    /// Fewer scopes than are granted.
    pub scopes: Option<Scopes>,
    /// Who asks.
    pub credentials: Option<Credentials>,
}

/// HTTP Basic in the header: as it came, and percent-decoded where that differs.
///
/// # Errors
/// The header is Basic and cannot be read, or stands there more than once.
pub fn basic(headers: &HeaderMap) -> Result<Option<(Credentials, Option<Credentials>)>, ApiError> {
    let Some(basic) = http_in::basic(headers)? else {
        return Ok(None);
    };
    let decoded = basic.decoded().map(Credentials::of);
    Ok(Some((Credentials::of(basic), decoded)))
}

/// The body of the event operation.
///
/// # Errors
/// Every problem of the body.
pub fn connection_event(
    body: &[u8],
    strictness: Strictness,
) -> Result<NewConnectionEvent, ApiError> {
    record::event_of(&check(&CONNECTION_EVENT, body, strictness)?)
}

/// The answer of the event operation, as JSON; none where it cannot be written.
#[must_use]
pub fn connection_event_answer(event: &ConnectionEvent) -> Option<Vec<u8>> {
    serde_json::to_vec(&EventAnswer::new(event)).ok()
}

/// The audience in a token request as JSON.
///
/// # Errors
/// Every problem of the body.
pub fn token_json(body: &[u8], strictness: Strictness) -> Result<String, ApiError> {
    Ok(check(&TOKEN_REQUEST, body, strictness)?
        .text("audience")
        .to_owned())
}

/// A token request as a form.
///
/// # Errors
/// The refusal.
pub fn token_form(headers: &HeaderMap, body: &[u8]) -> Result<TokenForm, OAuthError> {
    let asked = issue::read_form(headers, body)?;
    Ok(TokenForm {
        audience: asked.audience,
        scopes: asked.scopes,
        credentials: asked.credentials.map(Credentials::of),
    })
}

/// The parameters in a query that the operation has, each checked.
///
/// # Errors
/// Every problem of the query.
pub fn query(
    text: &str,
    operation: &'static Operation,
) -> Result<Vec<(&'static str, String)>, ApiError> {
    Ok(Query::read(text, operation)?.given)
}

/// The condition in a text of `If-Match`; none where it is not one.
#[must_use]
pub fn if_match(text: &str) -> Option<Precondition> {
    http_in::parse_if_match(text)
}

impl Credentials {
    fn of(basic: http_in::Basic) -> Self {
        Self {
            name: basic.name,
            secret: basic.secret,
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(..)")
    }
}
