//! `GET …/connections/{connection}/events`: a connection's history.

use axum::response::Response;
use service::Order;
use service::access::Identity;
use service::paging::EventsPage;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::{Incoming, event_token, parse_event_token};
use crate::operation::{
    AID, Answer, CONNECTION, LIMIT, Method, OID, Operation, Parameter, STARTING_AFTER,
};
use crate::refusals::failed_or_denied;
use crate::shape::Kind;
use crate::v1::connection_events::EventAnswer;
use crate::v1::connections::{deprecate_old_name, with_deprecation};
use crate::v1::models::connection_event::{EXAMPLE_LIST, LISTED_EVENTS};
use crate::v1::{CONNECTIONS, READ};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_accounts_aid_connections_events_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}/events",
    tag: CONNECTIONS,
    summary: "List connection events",
    description: "The history of one connection: every event that was reported. Each item carries the paging_token \
                  from which the list goes on.",
    access: READ,
    parameters: &[OID, AID, CONNECTION, LIMIT, STARTING_AFTER, ORDER],
    body: None,
    answers: &[Answer::json(
        200,
        "A page of events.",
        Kind::List(&LISTED_EVENTS),
        EXAMPLE_LIST,
    )
    .headers(with_deprecation!())],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
    ],
};

const ORDER: Parameter = Parameter::query("order", Kind::OneOf(&["asc", "desc"]))
    .about("asc from the oldest event on, desc from the newest back.")
    .default("\"asc\"")
    .example("\"desc\"");

pub(crate) async fn handle(incoming: Incoming, identity: Identity) -> Result<Response, ApiError> {
    let path = (
        incoming.owner()?,
        incoming.account()?,
        incoming.connection()?,
    );
    let operation = incoming.operation;
    identity
        .require(path.0, incoming.scopes())
        .map_err(|why| crate::refusals::denied(operation, why))?;
    let query = incoming.query()?;
    let page = EventsPage {
        order: if query.text("order") == Some("desc") {
            Order::Descending
        } else {
            Order::Ascending
        },
        after: query
            .text("starting_after")
            .map(parse_event_token)
            .transpose()?,
        limit: query.limit(10),
    };
    let service = &incoming.app.service;
    let listed = service
        .list_connection_events(&identity, incoming.scopes(), path, page)
        .await;
    let listed = listed.map_err(|refusal| failed_or_denied(operation, refusal))?;
    let items: Vec<EventAnswer<'_>> = listed
        .iter()
        .map(|item| EventAnswer::in_list(&item.event, event_token(item.version)))
        .collect();
    let mut response = ok(&items)?;
    deprecate_old_name(&incoming, &mut response);
    Ok(response)
}
