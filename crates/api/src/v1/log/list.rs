//! `GET …/log`: everything that changed, as CloudEvents 1.0.

use axum::response::Response;
use service::access::Identity;
use service::paging::LogPage;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{Answer, Method, OID, Operation, Parameter};
use crate::refusals::{denied, failed_or_denied};
use crate::shape::{Kind, List};
use crate::v1::log::entry::{EntryAnswer, source_of};
use crate::v1::models::log_entry::{EXAMPLE_LIST, LOG_ENTRY};
use crate::v1::{LOG, READ};

pub(crate) static OPERATION: Operation = Operation {
    id: "kobling_log_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/log",
    tag: LOG,
    summary: "Read the log",
    description: "Everything that changed, oldest first, as CloudEvents 1.0. A partner reads its whole log, an account \
                  the entries about itself. To follow it, ask again with the seq of the last entry seen.",
    access: READ,
    parameters: &[OID, AFTER, LOG_LIMIT],
    body: None,
    answers: &[Answer::json(
        200,
        "Entries.",
        Kind::List(&PAGE),
        EXAMPLE_LIST,
    )],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
    ],
};

static PAGE: List = List {
    of: Kind::Object(&LOG_ENTRY),
    min: 0,
    max: 1_000,
};

const AFTER: Parameter = Parameter::query(
    "after",
    Kind::Integer {
        min: 0,
        max: i64::MAX,
    },
)
.about("Only entries with a higher seq than this.")
.default("0")
.example("0");

const LOG_LIMIT: Parameter = Parameter::query("limit", Kind::Integer { min: 1, max: 1_000 })
    .about("How many entries to answer at most.")
    .default("100")
    .example("100");

pub(crate) async fn handle(incoming: Incoming, identity: Identity) -> Result<Response, ApiError> {
    let (owner, operation) = (incoming.owner()?, incoming.operation);
    identity
        .require(owner, incoming.scopes())
        .map_err(|why| denied(operation, why))?;
    let query = incoming.query()?;
    let page = LogPage {
        after: query.number("after", 0),
        limit: query.limit(100),
    };
    let listed = incoming
        .app
        .service
        .list_log(&identity, owner, incoming.scopes(), page)
        .await;
    let listed = listed.map_err(|refusal| failed_or_denied(operation, refusal))?;
    let source = source_of(owner.partner());
    let entries: Vec<EntryAnswer<'_>> = listed
        .iter()
        .map(|entry| EntryAnswer::new(entry, &source))
        .collect();
    ok(&entries)
}
