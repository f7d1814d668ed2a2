//! The body of an error: the contract's members, and those of RFC 9457 beside them.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use service::request::{self, RequestId};

use super::{ApiError, ErrorCode, Problem};

/// Marks an answer as an error for the layers around the handler, which may choose its media type and count it.
#[derive(Clone, Debug)]
pub struct ErrorReport {
    /// Which error it is.
    pub code: ErrorCode,
    /// Whether the body is an RFC 6749 one, whose media type is fixed.
    pub is_oauth: bool,
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: Inner<'a>,
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

#[derive(Serialize)]
struct Inner<'a> {
    message: &'a str,
    code: &'static str,
    errors: &'a [Problem],
}

impl ApiError {
    /// The body that a caller gets, without the id of its request.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        self.with_body(None, |body| serde_json::to_vec(body).unwrap_or_default())
    }

    /// The body that the caller of the present request gets.
    pub(crate) fn body_for_caller(&self) -> Vec<u8> {
        let id = request::current(|request| request.id.clone());
        let id = id.as_ref().map(RequestId::as_str);
        self.with_body(id, |body| serde_json::to_vec(body).unwrap_or_default())
    }

    /// The same with line breaks, for a page.
    #[must_use]
    pub fn body_for_people(&self) -> String {
        self.with_body(None, |body| {
            serde_json::to_string_pretty(body).unwrap_or_default()
        })
    }

    fn with_body<T>(&self, request_id: Option<&str>, write: impl FnOnce(&ErrorBody<'_>) -> T) -> T {
        let facts = self.code.facts();
        write(&ErrorBody {
            error: Inner {
                message: &self.message,
                code: facts.code,
                errors: &self.problems,
            },
            kind: self.code.address(),
            title: facts.title,
            status: facts.status,
            detail: &self.message,
            request_id,
        })
    }

    /// Writes the record in the log: a fault of ours as an error, what cannot be done just now as a warning, a refusal
    /// as a detail. The message may repeat what the caller sent, so it is not in the record.
    pub(crate) fn log(&self) {
        let code = self.code.as_str();
        let context = self.context.as_deref();
        if self.code == ErrorCode::Unavailable {
            tracing::warn!(code, context, "request put off");
        } else if self.code.status().is_server_error() {
            tracing::error!(code, context, "request failed");
        } else {
            let problems = self.problems.len();
            let problem = self.problems.first().map(|first| first.code.as_str());
            tracing::debug!(code, context, problems, problem, "request refused");
        }
    }

    pub(super) fn answer(
        self,
        status: StatusCode,
        media_type: &'static str,
        body: Vec<u8>,
        is_oauth: bool,
    ) -> Response {
        self.log();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        response
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response.extensions_mut().insert(ErrorReport {
            code: self.code,
            is_oauth,
        });
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, body) = (self.code.status(), self.body_for_caller());
        self.answer(status, "application/json", body, false)
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
