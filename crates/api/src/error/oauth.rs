//! Errors of form-encoded OAuth requests, as RFC 6749 section 5.2 and RFC 8707 write them.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CACHE_CONTROL;
use serde::Serialize;

use super::answer::quotable;
use super::{ApiError, ErrorCode};

/// An error on its way to becoming `{"error": "invalid_client", "error_description": "..."}`.
#[derive(Debug)]
pub struct OAuthError {
    error: &'static str,
    status: StatusCode,
    cause: Box<ApiError>,
}

#[derive(Serialize)]
struct OAuthBody<'a> {
    error: &'static str,
    error_description: &'a str,
}

impl OAuthError {
    /// An error of this RFC word, such as `invalid_scope`: 400.
    #[must_use]
    pub fn new(error: &'static str, message: impl Into<String>) -> Self {
        let cause = ApiError::new(ErrorCode::InvalidRequestParameter, message);
        Self {
            error,
            status: StatusCode::BAD_REQUEST,
            cause: Box::new(cause),
        }
    }
}

impl From<ApiError> for OAuthError {
    /// The RFC word that fits the code. A missing grant is 400 here and 403 in JSON, as the RFC has it.
    fn from(cause: ApiError) -> Self {
        let (error, status) = match cause.code {
            ErrorCode::InvalidClient => ("invalid_client", StatusCode::UNAUTHORIZED),
            ErrorCode::NoGrant => ("invalid_target", StatusCode::BAD_REQUEST),
            ErrorCode::Forbidden => ("unauthorized_client", StatusCode::BAD_REQUEST),
            ErrorCode::Unavailable => ("temporarily_unavailable", cause.code.status()),
            ErrorCode::Internal => ("server_error", cause.code.status()),
            _ => ("invalid_request", cause.code.status()),
        };
        Self {
            error,
            status,
            cause: Box::new(cause),
        }
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let description = quotable(&self.cause.message);
        let body = OAuthBody {
            error: self.error,
            error_description: &description,
        };
        let body = serde_json::to_vec(&body).unwrap_or_default();
        let cause = self.cause.with_header(CACHE_CONTROL, "no-store");
        cause.answer(self.status, "application/json", body, true)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    async fn answer(error: OAuthError) -> (u16, String) {
        let response = error.into_response();
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_form_request_is_answered_as_rfc_6749_says() {
        let error = ApiError::invalid_client("unknown client or wrong \"secret\"");
        let (status, body) = answer(error.into()).await;
        assert_eq!(status, 401);
        let expected =
            r#"{"error":"invalid_client","error_description":"unknown client or wrong 'secret'"}"#;
        assert_eq!(body, expected);
    }

    #[tokio::test]
    async fn each_refusal_has_its_word() {
        let no_grant = ApiError::new(ErrorCode::NoGrant, "no grant for this audience");
        let (status, body) = answer(no_grant.into()).await;
        assert_eq!(status, 400);
        assert!(body.contains("invalid_target"));
        let (status, body) = answer(OAuthError::new("invalid_scope", "not granted")).await;
        assert_eq!(status, 400);
        assert!(body.contains("invalid_scope"));
    }
}
