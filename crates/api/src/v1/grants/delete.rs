//! `DELETE …/auth/client-grants/{id}`: a grant is taken back.

use axum::response::Response;
use domain::grants::DeleteGrantRefused as Refused;
use service::access::Identity;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{Answer, ID, Method, OID, Operation};
use crate::refusals::{denied, not_found, refused, stale};
use crate::shape::Kind;
use crate::v1::grants::GrantAnswer;
use crate::v1::models::grant::{EXAMPLE_DELETED, GRANT};
use crate::v1::{ACCESS, WRITE};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_auths_client_grants_id_delete",
    method: Method::Delete,
    path: "/v1/accounts/{oid}/auth/client-grants/{id}",
    tag: ACCESS,
    summary: "Delete a grant",
    description: "Takes a grant back. Tokens that were got by it keep only what is still granted: at once when they \
                  would write, and within a second everywhere.",
    access: WRITE,
    parameters: &[OID, ID],
    body: None,
    answers: &[Answer::json(
        200,
        "The grant as it was, with deleted_at and deleted_by.",
        Kind::Object(&GRANT),
        EXAMPLE_DELETED,
    )],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
    ],
};

pub(crate) async fn handle(incoming: Incoming, identity: Identity) -> Result<Response, ApiError> {
    let (owner, operation) = (incoming.owner()?, incoming.operation);
    identity
        .require(owner, incoming.scopes())
        .map_err(|why| denied(operation, why))?;
    let id = incoming.id().ok_or_else(not_found)?;
    let deleted = incoming
        .app
        .service
        .delete_grant(&identity, incoming.scopes(), owner, id)
        .await;
    let (grant, at, by) = deleted.map_err(|refusal| refused(operation, refusal, refusal_of))?;
    ok(&GrantAnswer::deleted(&grant, at, &by))
}

fn refusal_of(refused: Refused) -> ApiError {
    match refused {
        Refused::CallerStale(_) => stale(),
        Refused::NoSuchGrant => not_found(),
    }
}
