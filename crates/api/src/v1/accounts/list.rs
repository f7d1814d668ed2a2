//! `GET …/management/accounts`: a page of a partner's accounts.

use axum::response::Response;
use service::access::Identity;
use service::paging::AccountsPage;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode, Problem, ProblemCode};
use crate::http_in::{Incoming, account_token, parse_account_token};
use crate::operation::{Answer, LIMIT, Method, OID, Operation, Parameter};
use crate::refusals::{denied, failed_or_denied};
use crate::shape::{Kind, List};
use crate::v1::accounts::AccountAnswer;
use crate::v1::models::account::{EXAMPLE_LIST, EXTENDED_ACCOUNT};
use crate::v1::{ACCOUNTS, READ};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_mgmnt_accounts_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/management/accounts",
    tag: ACCOUNTS,
    summary: "List accounts",
    description: "The partner's accounts by number, without the partner's own. Each carries the paging_token from \
                  which the list goes on, and its connections without their events.",
    access: READ,
    parameters: &[OID, LIMIT, STARTING_AFTER_ACCOUNT],
    body: None,
    answers: &[Answer::json(
        200,
        "A page of accounts.",
        Kind::List(&PAGE),
        EXAMPLE_LIST,
    )],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
    ],
};

static PAGE: List = List {
    of: Kind::Object(&EXTENDED_ACCOUNT),
    min: 0,
    max: 100,
};

const STARTING_AFTER_ACCOUNT: Parameter = Parameter::query("starting_after", Kind::text(512))
    .about(
        "The paging_token, or the account_id, of the last account seen: the list goes on after it.",
    );

/// Filters of the contract that this version does not have. Ignoring one would answer accounts that were not asked for.
const FILTERS_TO_COME: [&str; 11] = [
    "search",
    "progression",
    "connections",
    "connections_progression",
    "services",
    "services_progression",
    "account_manager",
    "connection",
    "connection_status",
    "payment_options",
    "country",
];

pub(crate) async fn handle(incoming: Incoming, identity: Identity) -> Result<Response, ApiError> {
    let (owner, operation) = (incoming.owner()?, incoming.operation);
    identity
        .require(owner, incoming.scopes())
        .map_err(|why| denied(operation, why))?;
    refuse_filters(incoming.parts.uri.query().unwrap_or_default())?;
    let query = incoming.query()?;
    let page = AccountsPage {
        after: query
            .text("starting_after")
            .map(|token| parse_account_token(token, owner.partner()))
            .transpose()?,
        limit: query.limit(10),
    };
    let service = &incoming.app.service;
    let listed = service
        .list_accounts(&identity, incoming.scopes(), owner, page)
        .await;
    let listed = listed.map_err(|refusal| failed_or_denied(operation, refusal))?;
    let answers = listed.iter().map(|item| AccountAnswer {
        account: &item.account,
        connections: &item.connections,
        with_events: false,
        paging_token: Some(account_token(item.account.id)),
    });
    ok(&answers.collect::<Vec<_>>())
}

fn refuse_filters(query: &str) -> Result<(), ApiError> {
    let names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name.into_owned());
    let filters = names.filter(|name| FILTERS_TO_COME.contains(&name.as_str()));
    let problems: Vec<Problem> = filters
        .map(|name| {
            let message = format!(
                "this version cannot filter by {name}; leave it out and choose from all accounts"
            );
            Problem::parameter(&name, ProblemCode::NotAllowed, message)
        })
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(ApiError::invalid(problems))
    }
}
