//! `GET …/auth/clients`: all clients of an account.

use axum::response::Response;
use service::access::Identity;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{Answer, Method, OID, Operation};
use crate::refusals::failed_or_denied;
use crate::shape::Kind;
use crate::v1::clients::ClientAnswer;
use crate::v1::models::client::{CLIENTS, EXAMPLE_LIST};
use crate::v1::{ACCESS, READ};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_auth_clients_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/auth/clients",
    tag: ACCESS,
    summary: "List clients",
    description: "The clients of the account, oldest first, without their secrets.",
    access: READ,
    parameters: &[OID],
    body: None,
    answers: &[Answer::json(
        200,
        "The clients.",
        Kind::List(&CLIENTS),
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
        .list_clients(&identity, incoming.scopes(), owner)
        .await;
    let listed = listed.map_err(|refusal| failed_or_denied(incoming.operation, refusal))?;
    ok(&listed.iter().map(ClientAnswer::new).collect::<Vec<_>>())
}
