//! `GET …/auth/jwks`: the same keys as a JWK set (RFC 7517 section 5), for anybody.

use axum::response::Response;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{Access, Answer, Method, OID, Operation};
use crate::refusals::failed_or_denied;
use crate::shape::Kind;
use crate::v1::ACCESS;
use crate::v1::models::jwk::{EXAMPLE_SET, JWK_SET};

pub(crate) static OPERATION: Operation = Operation {
    id: "kobling_auth_jwks_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/auth/jwks",
    tag: ACCESS,
    summary: "Read the key set",
    description: "The partner's public keys as standard libraries read them (RFC 7517). Found through the \
                  authorization server metadata.",
    access: Access::Anonymous,
    parameters: &[OID],
    body: None,
    answers: &[Answer::json(
        200,
        "The key set.",
        Kind::Object(&JWK_SET),
        EXAMPLE_SET,
    )],
    errors: &[ErrorCode::InvalidRequestParameter, ErrorCode::NotFound],
};

#[derive(Debug, Serialize)]
struct KeySet {
    keys: Vec<Box<RawValue>>,
}

pub(crate) async fn handle(incoming: Incoming) -> Result<Response, ApiError> {
    let listed = incoming
        .app
        .service
        .list_keys_for_anyone(incoming.owner()?)
        .await;
    let listed = listed.map_err(|refusal| failed_or_denied(incoming.operation, refusal))?;
    let mut response = ok(&KeySet {
        keys: super::values(listed)?,
    })?;
    let five_minutes = HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(CACHE_CONTROL, five_minutes);
    Ok(response)
}
