//! Authorization server metadata (RFC 8414): how standard libraries find keys and the token operation.

use axum::response::Response;
use domain::{Scope, Scopes};
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use serde::Serialize;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{Access, Answer, Method, OID, Operation};
use crate::refusals::failed_or_denied;
use crate::shape::Kind;
use crate::v1::ACCESS;
use crate::v1::models::metadata::{EXAMPLE, SERVER_METADATA};

pub(crate) static OPERATION: Operation = Operation {
    id: "kobling_auth_server_metadata_get",
    method: Method::Get,
    path: "/.well-known/oauth-authorization-server/v1/accounts/{oid}",
    tag: ACCESS,
    summary: "Read authorization server metadata",
    description: "What standard libraries need to get and verify tokens (RFC 8414). The issuer is the URL of the \
                  partner's account; only partner accounts have one.",
    access: Access::Anonymous,
    parameters: &[OID],
    body: None,
    answers: &[Answer::json(
        200,
        "The metadata.",
        Kind::Object(&SERVER_METADATA),
        EXAMPLE,
    )],
    errors: &[ErrorCode::InvalidRequestParameter, ErrorCode::NotFound],
};

#[derive(Debug, Serialize)]
struct Metadata {
    token_endpoint: String,
    jwks_uri: String,
    issuer: String,
    grant_types_supported: [&'static str; 1],
    response_types_supported: [&'static str; 0],
    token_endpoint_auth_methods_supported: [&'static str; 2],
    scopes_supported: Vec<&'static str>,
    service_documentation: String,
}

pub(crate) async fn handle(incoming: Incoming) -> Result<Response, ApiError> {
    let service = &incoming.app.service;
    let issuer = service.require_issuer(incoming.owner()?).await;
    let issuer = issuer.map_err(|refusal| failed_or_denied(incoming.operation, refusal))?;
    let mut response = ok(&Metadata {
        token_endpoint: format!("{issuer}/auth/token"),
        jwks_uri: format!("{issuer}/auth/jwks"),
        grant_types_supported: ["client_credentials"],
        response_types_supported: [],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        scopes_supported: Scopes::for_bootstrap().iter().map(Scope::as_str).collect(),
        service_documentation: format!("{}/docs", service.settings().public_url),
        issuer,
    })?;
    let five_minutes = HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(CACHE_CONTROL, five_minutes);
    Ok(response)
}
