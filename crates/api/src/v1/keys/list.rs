//! `GET …/auth/keys`: the keys as the contract has them, a bare list for callers with a token.

use axum::response::Response;
use service::access::Identity;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{Answer, Method, OID, Operation};
use crate::refusals::failed_or_denied;
use crate::shape::Kind;
use crate::v1::models::jwk::{EXAMPLE_LIST, KEYS};
use crate::v1::{ACCESS, READ};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_auths_keys_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/auth/keys",
    tag: ACCESS,
    summary: "List public keys",
    description: "The public keys that verify the partner's access tokens, as a bare list. The kid in a token's \
                  header names its key.",
    access: READ,
    parameters: &[OID],
    body: None,
    answers: &[Answer::json(
        200,
        "The keys.",
        Kind::List(&KEYS),
        EXAMPLE_LIST,
    )],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
    ],
};

pub(crate) async fn handle(incoming: Incoming, identity: Identity) -> Result<Response, ApiError> {
    let owner = incoming.owner()?;
    let listed = incoming
        .app
        .service
        .list_public_keys(&identity, owner, incoming.scopes())
        .await;
    let listed = listed.map_err(|refusal| failed_or_denied(incoming.operation, refusal))?;
    ok(&super::values(listed)?)
}
