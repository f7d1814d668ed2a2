//! Errors as `application/problem+json` for the callers that ask for it.
//!
//! The body is the same; only its media type differs. A handler does not know `Accept`, so this is decided once for all
//! of them, for the answers that are marked as errors.

use axum::response::Response;
use http::header::{ACCEPT, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};

use super::ErrorReport;

const PROBLEM_JSON: &str = "application/problem+json";

/// Gives an error the media type that was asked for; leaves every other answer as it is.
pub(crate) fn as_asked(mut response: Response, wants_problem: bool) -> Response {
    let is_error = response
        .extensions()
        .get::<ErrorReport>()
        .is_some_and(|report| !report.is_oauth);
    if is_error {
        response
            .headers_mut()
            .append(VARY, HeaderValue::from_static("accept"));
        if wants_problem {
            let problem = HeaderValue::from_static(PROBLEM_JSON);
            response.headers_mut().insert(CONTENT_TYPE, problem);
        }
    }
    response
}

/// Whether `Accept` names problem documents, and likes plain JSON no better.
pub(crate) fn asks_for_problem(headers: &HeaderMap) -> bool {
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
    use axum::response::IntoResponse;

    use super::super::{ApiError, OAuthError};
    use super::*;

    fn media_type(answer: impl IntoResponse, accept: &'static str) -> String {
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
        let response = as_asked(answer.into_response(), asks_for_problem(&headers));
        response.headers()[CONTENT_TYPE]
            .to_str()
            .unwrap()
            .to_owned()
    }

    fn of_error(accept: &'static str) -> String {
        media_type(ApiError::internal("x"), accept)
    }

    #[test]
    fn a_problem_document_comes_when_it_is_asked_for() {
        assert_eq!(of_error(PROBLEM_JSON), PROBLEM_JSON);
        let both = "application/json, application/problem+json";
        assert_eq!(of_error(both), PROBLEM_JSON);
        let json_first = "application/json, application/problem+json;q=0.5";
        assert_eq!(of_error(json_first), "application/json");
        assert_eq!(of_error("*/*"), "application/json");
        assert_eq!(
            of_error("application/problem+json; q=0"),
            "application/json"
        );
    }

    #[test]
    fn nothing_else_is_touched() {
        assert_eq!(
            media_type(OAuthError::new("invalid_scope", "x"), PROBLEM_JSON),
            "application/json"
        );
        assert_eq!(
            media_type("fine", PROBLEM_JSON),
            "text/plain; charset=utf-8"
        );
    }
}
