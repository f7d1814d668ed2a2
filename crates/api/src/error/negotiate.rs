//! Errors as `application/problem+json` for the callers that ask for it.
//!
//! The body is the same; only its media type differs. A handler does not know `Accept`, so a layer around all of them
//! decides, for the answers that are marked as errors.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ACCEPT, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};

use super::ErrorReport;

const PROBLEM_JSON: &str = "application/problem+json";

/// The layer: `axum::middleware::from_fn(negotiate)`.
pub async fn negotiate(request: Request, next: Next) -> Response {
    let asks_for_problem = asks_for_problem(request.headers());
    let mut response = next.run(request).await;
    let is_error = response
        .extensions()
        .get::<ErrorReport>()
        .is_some_and(|report| !report.is_oauth);
    if is_error {
        response
            .headers_mut()
            .append(VARY, HeaderValue::from_static("accept"));
        if asks_for_problem {
            let problem = HeaderValue::from_static(PROBLEM_JSON);
            response.headers_mut().insert(CONTENT_TYPE, problem);
        }
    }
    response
}

/// Whether `Accept` names problem documents, and likes plain JSON no better.
fn asks_for_problem(headers: &HeaderMap) -> bool {
    let quality = |wanted: &str| {
        let values = headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let ranges = values.flat_map(|value| value.split(','));
        ranges
            .filter_map(|range| quality_of(range, wanted))
            .next_back()
            .unwrap_or(0.0)
    };
    let problem = quality(PROBLEM_JSON);
    problem > 0.0 && problem >= quality("application/json")
}

/// The `q` of a media range if it names the type.
fn quality_of(range: &str, wanted: &str) -> Option<f32> {
    let mut parts = range.split(';').map(str::trim);
    if !parts.next()?.eq_ignore_ascii_case(wanted) {
        return None;
    }
    let quality = parts.filter_map(|part| part.split_once('='));
    let quality = quality.filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    let quality = quality
        .filter_map(|(_, value)| value.trim().parse().ok())
        .next();
    Some(quality.unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::super::{ApiError, OAuthError};
    use super::*;

    async fn media_type(path: &str, accept: &str) -> String {
        let error = || async { ApiError::internal("x") };
        let router = Router::new()
            .route("/error", get(error))
            .route(
                "/oauth",
                get(|| async { OAuthError::new("invalid_scope", "x") }),
            )
            .route("/fine", get(|| async { "fine" }))
            .layer(from_fn(negotiate));
        let request = Request::builder().uri(path).header(ACCEPT, accept);
        let response = router
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        response.headers()[CONTENT_TYPE]
            .to_str()
            .unwrap()
            .to_owned()
    }

    #[tokio::test]
    async fn a_problem_document_comes_when_it_is_asked_for() {
        assert_eq!(media_type("/error", PROBLEM_JSON).await, PROBLEM_JSON);
        let both = "application/json, application/problem+json";
        assert_eq!(media_type("/error", both).await, PROBLEM_JSON);
        let json_first = "application/json, application/problem+json;q=0.5";
        assert_eq!(media_type("/error", json_first).await, "application/json");
        assert_eq!(media_type("/error", "*/*").await, "application/json");
        assert_eq!(
            media_type("/error", "application/problem+json; q=0").await,
            "application/json"
        );
    }

    #[tokio::test]
    async fn nothing_else_is_touched() {
        assert_eq!(media_type("/oauth", PROBLEM_JSON).await, "application/json");
        assert_eq!(
            media_type("/fine", PROBLEM_JSON).await,
            "text/plain; charset=utf-8"
        );
    }
}
