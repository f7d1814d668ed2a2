//! The `Authorization` header.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;

use crate::error::{ApiError, TokenFault};

/// A name and a secret (RFC 7617).
pub(crate) struct Basic {
    pub(crate) name: String,
    pub(crate) secret: String,
}

impl Basic {
    /// Whether this is its name, as it came or percent-decoded.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name == name || self.decoded().is_some_and(|decoded| decoded.name == name)
    }

    /// The same percent-decoded, as RFC 6749 section 2.3.1 encodes them; none where that changes nothing.
    pub(crate) fn decoded(&self) -> Option<Self> {
        let decode = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text)
                .decode_utf8()
                .ok()
                .map(std::borrow::Cow::into_owned)
        };
        let decoded = Self {
            name: decode(&self.name)?,
            secret: decode(&self.secret)?,
        };
        let differs = decoded.name != self.name || decoded.secret != self.secret;
        differs.then_some(decoded)
    }
}

/// The access token of a request (RFC 6750).
///
/// # Errors
/// There is none, or not one.
pub fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    let missing = || {
        let message = "send an access token: Authorization: Bearer {access_token}";
        ApiError::unauthorized(TokenFault::Missing, message)
    };
    let value = only_value(headers)?.ok_or_else(missing)?;
    let token = after_scheme(value, "bearer").ok_or_else(missing)?;
    let is_one = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_one {
        let message = "the Authorization header must hold one access token after Bearer";
        return Err(ApiError::unauthorized(TokenFault::Invalid, message));
    }
    Ok(token)
}

/// The client's name and secret; none where the header is missing or of another scheme.
pub(crate) fn basic(headers: &HeaderMap) -> Result<Option<Basic>, ApiError> {
    let Some(value) = only_value(headers)? else {
        return Ok(None);
    };
    let Some(encoded) = after_scheme(value, "basic") else {
        return Ok(None);
    };
    let malformed = || {
        ApiError::invalid_client(
            "the Authorization header is not Basic with base64 of client_id:client_secret",
        )
    };
    let decoded = STANDARD
        .decode(encoded)
        .or_else(|_| STANDARD_NO_PAD.decode(encoded));
    let text = decoded
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(malformed)?;
    let (name, secret) = text.split_once(':').ok_or_else(malformed)?;
    Ok(Some(Basic {
        name: name.to_owned(),
        secret: secret.to_owned(),
    }))
}

fn only_value(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let refused = |message| Err(ApiError::unauthorized(TokenFault::Invalid, message));
    if values.next().is_some() {
        return refused("there must be one Authorization header, not several");
    }
    match value.to_str() {
        Ok(value) => Ok(Some(value.trim())),
        Err(_) => refused("the Authorization header may hold visible ASCII characters only"),
    }
}

/// What follows the scheme, whose case does not matter.
fn after_scheme<'a>(value: &'a str, scheme: &str) -> Option<&'a str> {
    let (given, rest) = value.split_once(' ').unwrap_or((value, ""));
    given
        .eq_ignore_ascii_case(scheme)
        .then(|| rest.trim_start())
}

impl std::fmt::Debug for Basic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Basic(..)")
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn with(value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn a_token_is_one_word() {
        for value in ["Bearer a.b.c", "bearer   a.b.c", " BEARER a.b.c\t"] {
            assert_eq!(bearer(&with(value)).ok(), Some("a.b.c"), "{value}");
        }
        // A header may hold tabs; a fuzzer found that they passed for a part of the token.
        for value in [
            "Bearer",
            "Bearer a b",
            "Bearer a\tb",
            "Bearer\ta",
            "Basic a",
        ] {
            assert!(bearer(&with(value)).is_err(), "{value}");
        }
    }
}
