//! Limits on the request line and the headers, before anything is looked for.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::endpoint::Limits;
use crate::error::{ApiError, ErrorCode};

pub(crate) async fn check(limits: Limits, request: Request, next: Next) -> Response {
    let target = request
        .uri()
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if target > limits.target_bytes_max {
        let message = format!(
            "the path and query have {target} bytes; at most {} are allowed",
            limits.target_bytes_max
        );
        return ApiError::new(ErrorCode::UriTooLong, message).into_response();
    }
    let headers = request.headers().iter();
    let bytes: usize = headers
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if bytes > limits.header_bytes_max {
        let message = format!(
            "the headers have {bytes} bytes; at most {} are allowed",
            limits.header_bytes_max
        );
        return ApiError::new(ErrorCode::HeadersTooLarge, message).into_response();
    }
    next.run(request).await
}
