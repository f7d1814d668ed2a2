//! The answer to a request whose head is not HTTP, as bytes for the socket.

use http::StatusCode;
use service::request::{Request, RequestId};

use crate::error::{ApiError, ErrorCode};
use crate::observe::REQUEST_ID;

/// The whole answer, head and body; the connection ends with it. The id stands in both, where there is one.
#[must_use]
pub fn refused_head(status: StatusCode, request_id: Option<RequestId>) -> Vec<u8> {
    let error = match status {
        StatusCode::URI_TOO_LONG => ApiError::new(
            ErrorCode::UriTooLong,
            "the request line is longer than is read",
        ),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => ApiError::new(
            ErrorCode::HeadersTooLarge,
            "the headers are longer than are read",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::new(ErrorCode::BodyTooLarge, "the body is longer than is read")
        }
        StatusCode::REQUEST_TIMEOUT => ApiError::new(
            ErrorCode::RequestTimeout,
            "the head of the request took too long",
        ),
        _ => {
            let message = "the head of the request is not HTTP/1.1: request line, header names, header \
                           values, Content-Length and Transfer-Encoding must be as RFC 9112 has them";
            ApiError::new(ErrorCode::InvalidRequestParameter, message)
        }
    };
    let status = error.code().status();
    let reason = status.canonical_reason().unwrap_or_default();
    let id = request_id.as_ref().map_or_else(String::new, |id| {
        format!("{}: {}\r\n", REQUEST_ID, id.as_str())
    });
    let answered = || {
        error.log();
        error.body_for_caller()
    };
    let body = match request_id {
        Some(id) => Request::new(id, None, false).around(answered),
        None => answered(),
    };
    let mut answer = format!(
        "HTTP/1.1 {} {reason}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{id}connection: close\r\n\r\n",
        status.as_u16(),
        body.len()
    )
    .into_bytes();
    answer.extend_from_slice(&body);
    answer
}
