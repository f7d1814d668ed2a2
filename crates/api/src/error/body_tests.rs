//! The shape of the error body, its headers, and what stays out of it.

use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::super::{ProblemCode, TokenFault};
use super::*;
use crate::shape::{Kind, Strictness, check_answer};
use crate::v1::models::error_body::ERROR_BODY;

async fn body(response: Response) -> Value {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    check_answer(&Kind::Object(&ERROR_BODY), &bytes, Strictness::Strict).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test]
async fn an_error_has_the_contracts_members_and_those_of_rfc_9457() {
    let problem = Problem::at("/status", ProblemCode::Required, "status is required");
    let response = ApiError::invalid(vec![problem]).into_response();
    assert_eq!(response.status(), 400);
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
    let expected = json!({
        "error": {
            "message": "status is required",
            "code": "INVALID_REQUEST_PARAMETER",
            "errors": [{
                "pointer": "/status",
                "code": "required",
                "message": "status is required",
                "description": "status is required",
            }],
        },
        "type": "/docs/errors#invalid_request_parameter",
        "title": "The request is not valid",
        "status": 400,
        "detail": "status is required",
    });
    assert_eq!(body(response).await, expected);
}

#[tokio::test]
async fn errors_is_there_even_when_empty_and_names_parameters_and_headers() {
    let error = ApiError::new(ErrorCode::NotFound, "there is no account T11200009");
    assert_eq!(
        body(error.into_response()).await["error"]["errors"],
        json!([])
    );

    let limit = Problem::parameter(
        "limit",
        ProblemCode::OutOfRange,
        "limit is 0; 1 to 100 is allowed",
    );
    let condition = Problem::header(
        "If-Match",
        ProblemCode::Malformed,
        "If-Match is not an ETag",
    );
    let body = body(ApiError::invalid(vec![limit, condition]).into_response()).await;
    assert_eq!(body["error"]["errors"][0]["parameter"], "limit");
    assert_eq!(body["error"]["errors"][1]["header"], "If-Match");
    let message = "limit is 0; 1 to 100 is allowed (and 1 more problem, see errors)";
    assert_eq!(body["error"]["message"], message);
}

#[tokio::test]
async fn the_context_is_for_the_log_alone() {
    let response = ApiError::internal("password=hunter2").into_response();
    assert_eq!(response.status(), 500);
    assert!(!body(response).await.to_string().contains("hunter2"));
    let response = ApiError::unavailable("not now", 2, "disk full").into_response();
    assert_eq!(response.headers()["retry-after"], "2");
    assert!(!body(response).await.to_string().contains("disk"));
}

#[test]
fn challenges_say_what_is_wrong() {
    let header = |error: ApiError| {
        let response = error.into_response();
        response.headers()["www-authenticate"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    let missing = ApiError::unauthorized(TokenFault::Missing, "send a token");
    assert_eq!(header(missing), "Bearer realm=\"kobling\"");
    let expired = ApiError::unauthorized(TokenFault::Invalid, "the token \"x\\é\" expired");
    assert_eq!(
        header(expired),
        "Bearer realm=\"kobling\", error=\"invalid_token\", error_description=\"the token 'x'?' expired\""
    );
    let client = ApiError::invalid_client("unknown client or wrong secret");
    assert_eq!(header(client), "Basic realm=\"kobling\", charset=\"UTF-8\"");
    assert_eq!(
        ApiError::method_not_allowed(&http::Method::PUT, "GET,POST")
            .into_response()
            .headers()["allow"],
        "GET,POST"
    );
}
