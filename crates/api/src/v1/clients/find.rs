//! `GET …/auth/clients/{id}`: one client.

use axum::response::Response;
use service::access::Identity;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{Answer, ID, Method, OID, Operation};
use crate::refusals::{denied, failed_or_denied, not_found};
use crate::shape::Kind;
use crate::v1::clients::ClientAnswer;
use crate::v1::models::client::{CLIENT, EXAMPLE};
use crate::v1::{ACCESS, READ};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_auths_clients_id_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/auth/clients/{id}",
    tag: ACCESS,
    summary: "Read a client",
    description: "One client of the account, without its secret.",
    access: READ,
    parameters: &[OID, ID],
    body: None,
    answers: &[Answer::json(
        200,
        "The client.",
        Kind::Object(&CLIENT),
        EXAMPLE,
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
    let found = incoming
        .app
        .service
        .find_client(&identity, incoming.scopes(), owner, id)
        .await;
    let found = found.map_err(|refusal| failed_or_denied(operation, refusal))?;
    ok(&ClientAnswer::new(&found))
}
