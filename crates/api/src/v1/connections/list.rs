//! `GET …/accounts/{aid}/connections`: all connections of an account.

use axum::response::Response;
use service::access::Identity;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{AID, Answer, Method, OID, Operation};
use crate::refusals::failed_or_denied;
use crate::shape::Kind;
use crate::v1::connections::by_name;
use crate::v1::models::account_connections::{ACCOUNT_CONNECTIONS, EXAMPLE};
use crate::v1::{CONNECTIONS, READ};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_accounts_aid_connections_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/management/accounts/{aid}/connections",
    tag: CONNECTIONS,
    summary: "List connections",
    description: "All connections of an account under their names, each with its newest 100 events, oldest first. \
                  PayEx has its record a second time under creditcard, where older clients look for it.",
    access: READ,
    parameters: &[OID, AID],
    body: None,
    answers: &[Answer::json(
        200,
        "The connections.",
        Kind::Object(&ACCOUNT_CONNECTIONS),
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
    let (owner, account) = (incoming.owner()?, incoming.account()?);
    let service = &incoming.app.service;
    let listed = service
        .list_connections(&identity, incoming.scopes(), owner, account)
        .await;
    let listed = listed.map_err(|refusal| failed_or_denied(incoming.operation, refusal))?;
    ok(&by_name(&listed, true))
}
