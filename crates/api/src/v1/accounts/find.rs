//! `GET …/management/accounts/{aid}`: one account.

use axum::response::Response;
use service::access::Identity;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{AID, Answer, Method, OID, Operation};
use crate::refusals::failed_or_denied;
use crate::shape::Kind;
use crate::v1::accounts::AccountAnswer;
use crate::v1::models::account::{EXAMPLE, EXTENDED_ACCOUNT};
use crate::v1::{ACCOUNTS, READ};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_accounts_aid_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/management/accounts/{aid}",
    tag: ACCOUNTS,
    summary: "Read an account",
    description: "One account with its connections, each with its newest 100 events.",
    access: READ,
    parameters: &[OID, AID],
    body: None,
    answers: &[Answer::json(
        200,
        "The account.",
        Kind::Object(&EXTENDED_ACCOUNT),
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
    let found = service
        .find_account(&identity, incoming.scopes(), owner, account)
        .await;
    let found = found.map_err(|refusal| failed_or_denied(incoming.operation, refusal))?;
    ok(&AccountAnswer {
        account: &found.account,
        connections: &found.connections,
        with_events: true,
        paging_token: None,
    })
}
