//! The service about itself: its documentation and its health.

pub(crate) mod documentation;
pub(crate) mod health;
pub(crate) mod llms;
pub(crate) mod openapi;
pub(crate) mod style;

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, StatusCode};

use crate::answers::with_type;
use crate::http_in::Incoming;
use crate::operation::{Answer, Tag};

const SERVICE: Tag = Tag {
    name: "Service",
    about: "The service about itself.",
};

const HTML: &str = "text/html; charset=utf-8";
const MARKDOWN: &str = "text/markdown; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

/// No script, no frame, no form, and nothing from elsewhere.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

const UNCHANGED: Answer = Answer::empty(304, "`If-None-Match` names the `ETag` that it still has.");

/// A text that changes with the program alone: to be kept, and asked for again by its `ETag`.
fn cached(incoming: &Incoming, media_type: &'static str, text: impl Into<String>) -> Response {
    let text = text.into();
    let etag = etag(&text);
    let known = incoming.parts.headers.get_all(IF_NONE_MATCH);
    let is_known = known.iter().any(|tags| names(tags, &etag));
    let mut response = if is_known {
        let mut response = with_type(StatusCode::NOT_MODIFIED, media_type, "");
        response.headers_mut().remove(CONTENT_TYPE);
        response
    } else {
        with_type(StatusCode::OK, media_type, text)
    };
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(ETAG, etag);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    response
}

fn etag(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

/// Whether a value of `If-None-Match` names it; compared weakly (RFC 9110 section 13.1.2).
fn names(tags: &HeaderValue, etag: &str) -> bool {
    let tags = tags.to_str().unwrap_or_default();
    let mut tags = tags.split(',').map(str::trim);
    tags.any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}
