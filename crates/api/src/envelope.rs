//! Limits on the request line and the headers, before anything is looked for.

use http::request::Parts;

use crate::endpoint::Limits;
use crate::error::{ApiError, ErrorCode};

pub(crate) fn check(limits: Limits, parts: &Parts) -> Result<(), ApiError> {
    let target = parts
        .uri
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if target > limits.target_bytes_max {
        let message = format!(
            "the path and query have {target} bytes; at most {} are allowed",
            limits.target_bytes_max
        );
        return Err(ApiError::new(ErrorCode::UriTooLong, message));
    }
    let headers = parts.headers.iter();
    let bytes: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if bytes > limits.header_bytes_max {
        let message = format!(
            "the headers have {bytes} bytes; at most {} are allowed",
            limits.header_bytes_max
        );
        return Err(ApiError::new(ErrorCode::HeadersTooLarge, message));
    }
    Ok(())
}
