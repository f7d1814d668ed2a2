//! The body of a request, within its limits.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::endpoint::Limits;
use crate::error::{ApiError, ErrorCode};

/// Reads the whole body. Bytes are counted as they arrive; a length that is announced is refused at once.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    limits: Limits,
) -> Result<Bytes, ApiError> {
    let max = limits.body_bytes_max;
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|text| text.parse::<u64>().ok());
    if announced.is_some_and(|length| length > u64::try_from(max).unwrap_or(u64::MAX)) {
        return Err(too_large(max));
    }
    let mut reading = pin!(Limited::new(body, max).collect());
    // Most bodies are there with their head, and need no timer.
    let read = match poll_fn(|context| Poll::Ready(reading.as_mut().poll(context))).await {
        Poll::Ready(read) => Ok(read),
        Poll::Pending => tokio::time::timeout(limits.body_time_max, reading).await,
    };
    match read {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(max)),
        Ok(Err(error)) => {
            let message = "the body could not be read to its end";
            Err(ApiError::new(ErrorCode::InvalidRequestParameter, message).with_context(error))
        }
        Err(_) => {
            let message = format!("the body did not arrive within {:?}", limits.body_time_max);
            Err(ApiError::new(ErrorCode::RequestTimeout, message))
        }
    }
}

/// The media type without its parameters, in lower case; none where there is no such header.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default();
    Some(essence.trim().to_ascii_lowercase())
}

/// 415 with what is read.
pub(super) fn unsupported(given: Option<&str>, read: &[&str]) -> ApiError {
    let given = match given {
        Some(given) => format!("the Content-Type is {given:?}"),
        None => "there is no Content-Type".to_owned(),
    };
    let message = format!("{given}; send {}", read.join(" or "));
    ApiError::new(ErrorCode::UnsupportedMediaType, message)
}

fn too_large(max: usize) -> ApiError {
    let message = format!("the body is too large; at most {max} bytes are allowed");
    ApiError::new(ErrorCode::BodyTooLarge, message)
}
