//! What holds for every refusal: its body is JSON, and names places that a program can find.

use api::error::{ApiError, PROBLEMS_MAX, Place};
use axum::response::IntoResponse;
use http_body_util::BodyExt;
use serde_json::Value;

/// A refusal of the caller's input: 4xx, with the documented body in both of its forms.
pub(crate) fn check(refusal: ApiError) {
    assert!(refusal.code().status().is_client_error(), "{refusal:?}");
    assert!(refusal.problems().len() <= PROBLEMS_MAX + 1, "{refusal:?}");
    for problem in refusal.problems() {
        assert!(!problem.message.is_empty());
        if let Place::Pointer(pointer) = &problem.place {
            assert!(is_pointer(pointer), "{pointer:?}");
        }
    }
    let body: Value = serde_json::from_slice(&refusal.body()).unwrap();
    let listed = body.pointer("/error/errors").and_then(Value::as_array);
    assert_eq!(listed.map_or(0, Vec::len), refusal.problems().len());
    check_answer(refusal);
}

/// An answer of 4xx whose body is a JSON object.
pub(crate) fn check_answer(refusal: impl IntoResponse) {
    let answer = refusal.into_response();
    assert!(answer.status().is_client_error(), "{answer:?}");
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let body = runtime.unwrap().block_on(answer.into_body().collect());
    let body: Value = serde_json::from_slice(&body.unwrap().to_bytes()).unwrap();
    assert!(body.get("error").is_some(), "{body}");
}

/// RFC 6901: empty, or each step begins with `/`, and `~` stands before 0 or 1 alone.
fn is_pointer(text: &str) -> bool {
    let escapes_hold = text
        .split('~')
        .skip(1)
        .all(|after| after.starts_with(['0', '1']));
    (text.is_empty() || text.starts_with('/')) && escapes_hold
}
