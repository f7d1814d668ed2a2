//! `DELETE …/auth/clients/{id}`: the end of a client, its grants and its tokens.

use axum::response::Response;
use domain::clients::DeleteClientRefused as Refused;
use service::access::Identity;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{Answer, ID, Method, OID, Operation};
use crate::refusals::{denied, not_found, refused, stale};
use crate::shape::Kind;
use crate::v1::clients::ClientAnswer;
use crate::v1::models::client::{CLIENT, EXAMPLE_DELETED};
use crate::v1::{ACCESS, WRITE};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_auths_clients_id_delete",
    method: Method::Delete,
    path: "/v1/accounts/{oid}/auth/clients/{id}",
    tag: ACCESS,
    summary: "Delete a client",
    description: "Deletes a client with its grants. Its tokens are refused at once when they would write, and within \
                  a second everywhere.",
    access: WRITE,
    parameters: &[OID, ID],
    body: None,
    answers: &[Answer::json(
        200,
        "The client as it was, with deleted_at and deleted_by.",
        Kind::Object(&CLIENT),
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
        .delete_client(&identity, incoming.scopes(), owner, id)
        .await;
    let (client, at, by) = deleted.map_err(|refusal| refused(operation, refusal, refusal_of))?;
    ok(&ClientAnswer::deleted(&client, at, &by))
}

fn refusal_of(refused: Refused) -> ApiError {
    match refused {
        Refused::CallerStale(_) => stale(),
        Refused::NoSuchClient => not_found(),
    }
}
