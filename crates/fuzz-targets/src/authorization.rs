//! The `Authorization` header: each line of the input is one. A token that is read is looked at as far as that goes
//! without its key.

use api::readers;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use oauth::UnverifiedToken;

use crate::refusals;

pub(crate) fn run(bytes: &[u8]) {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n').take(4) {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(AUTHORIZATION, value);
        }
    }
    let bearer = readers::bearer(&headers);
    let basic = readers::basic(&headers);
    assert!(
        bearer.is_err() || matches!(basic, Ok(None)),
        "both a token and a client"
    );
    match bearer {
        Ok(token) => is_one_token(token),
        Err(refusal) => {
            assert_eq!(refusal.code().status(), 401);
            refusals::check(refusal);
        }
    }
    match basic {
        Ok(None) => {}
        Ok(Some((credentials, decoded))) => {
            assert!(!credentials.name.contains(':'));
            assert_ne!(decoded.as_ref(), Some(&credentials));
            reads_the_same_again(&credentials);
        }
        Err(refusal) => {
            assert_eq!(refusal.code().status(), 401);
            refusals::check(refusal);
        }
    }
}

fn is_one_token(token: &str) {
    assert!(!token.is_empty());
    assert!(
        token.bytes().all(|byte| byte.is_ascii_graphic()),
        "{token:?}"
    );
    if let Ok(token) = UnverifiedToken::parse(token) {
        assert!(!token.kid().is_empty());
    }
}

fn reads_the_same_again(credentials: &readers::Credentials) {
    let pair = format!("{}:{}", credentials.name, credentials.secret);
    let value = format!("Basic {}", STANDARD.encode(pair));
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, value.parse().unwrap());
    let again = readers::basic(&headers).unwrap().map(|(again, _)| again);
    assert_eq!(again.as_ref(), Some(credentials));
}
