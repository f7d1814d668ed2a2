//! Answers with JSON in them.

use axum::body::Body;
use axum::response::Response;
use domain::JsonText;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde::ser::Error;
use serde_json::value::RawValue;

use crate::error::ApiError;

/// 200 with a JSON body.
pub(crate) fn ok<T: Serialize>(value: &T) -> Result<Response, ApiError> {
    Ok(with_type(StatusCode::OK, "application/json", json(value)?))
}

/// The text of an answer.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(value).map_err(ApiError::internal)
}

/// An answer of any type.
pub(crate) fn with_type(
    status: StatusCode,
    media_type: &'static str,
    body: impl Into<Body>,
) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// Serialises a JSON text as it is; for `#[serde(serialize_with)]`.
pub(crate) fn as_it_came<S: serde::Serializer>(
    text: &JsonText,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let raw: &RawValue = serde_json::from_str(text.as_str()).map_err(S::Error::custom)?;
    raw.serialize(serializer)
}

/// The same for a text that may be missing; to be skipped when it is.
pub(crate) fn as_it_came_if_any<S: serde::Serializer>(
    text: &Option<&JsonText>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => as_it_came(text, serializer),
        None => serializer.serialize_none(),
    }
}
