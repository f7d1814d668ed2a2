//! `POST …/connections/{connection}/events`: the operation the project starts from.

use axum::response::Response;
use domain::JsonText;
use domain::connections::{ConnectionStatus, NewConnectionEvent, RecordEventRefused as Refused};
use http::header::ETAG;
use service::access::Identity;
use service::connection_events::RecordEventRequest;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode, Problem, ProblemCode};
use crate::http_in::{Incoming, etag, idempotency_key, precondition};
use crate::operation::{
    AID, Answer, BodyDescription, CONNECTION, Example, IDEMPOTENCY_KEY, IF_MATCH, JSON, Media,
    Method, OID, Operation, ResponseHeader,
};
use crate::refusals::{denied, not_found, refused, stale};
use crate::shape::{Checked, Kind, check};
use crate::v1::connection_events::EventAnswer;
use crate::v1::connections::{deprecate_old_name, with_deprecation};
use crate::v1::models::connection_event::{
    CONNECTION_EVENT, EXAMPLE, EXAMPLE_FULL, EXAMPLE_MINIMAL,
};
use crate::v1::{CONNECTIONS, WRITE};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_accounts_aid_connections_events_post",
    method: Method::Post,
    path: "/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}/events",
    tag: CONNECTIONS,
    summary: "Record a connection event",
    description: "Reports one step of a connection. The connection takes the status given, and the event stays in \
                  its history. The answer comes when the event is on disk.\n\n\
                  A connection that nobody has signed up for begins with its first event. Any status may follow \
                  any other; the same one again is a further event.",
    access: WRITE,
    parameters: &[OID, AID, CONNECTION, IF_MATCH, IDEMPOTENCY_KEY],
    body: Some(&BodyDescription {
        shape: &CONNECTION_EVENT,
        form: None,
        is_required: true,
        media: &[Media {
            media_type: JSON,
            examples: &[
                Example {
                    name: "minimal",
                    text: EXAMPLE_MINIMAL,
                },
                Example {
                    name: "full",
                    text: EXAMPLE_FULL,
                },
            ],
        }],
    }),
    answers: &[
        Answer::json(200, "The event.", Kind::Object(&CONNECTION_EVENT), EXAMPLE)
            .headers(with_deprecation!(ETAG_AFTER)),
    ],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
        ErrorCode::VersionMismatch,
        ErrorCode::BodyTooLarge,
        ErrorCode::UnsupportedMediaType,
        ErrorCode::IdempotencyKeyReused,
    ],
};

const ETAG_AFTER: ResponseHeader = ResponseHeader {
    name: "ETag",
    kind: Kind::TEXT,
    about: "The connection's version after the event, such as \"3\".",
};

pub(crate) async fn handle(
    mut incoming: Incoming,
    identity: Identity,
) -> Result<Response, ApiError> {
    let (owner, account) = (incoming.owner()?, incoming.account()?);
    let connection = incoming.connection()?;
    let operation = incoming.operation;
    identity
        .require(owner, incoming.scopes())
        .map_err(|why| denied(operation, why))?;
    let body = incoming.json_bytes().await?;
    let (only_if, once) = (precondition(&incoming), idempotency_key(&incoming, &body));
    let event = check(&CONNECTION_EVENT, &body, incoming.strictness());
    let event = event
        .map_err(ApiError::from)
        .and_then(|body| event_of(&body));
    let (only_if, once, event) = match (only_if, once, event) {
        (Ok(only_if), Ok(once), Ok(event)) => (only_if, once, event),
        (only_if, once, event) => return Err(all_of([only_if.err(), once.err(), event.err()])),
    };
    let request = RecordEventRequest {
        owner,
        account,
        connection,
        event,
        only_if,
        once,
    };
    let service = &incoming.app.service;
    let recorded = service
        .record_connection_event(&identity, incoming.scopes(), request)
        .await;
    let recorded = recorded.map_err(|refusal| refused(operation, refusal, refusal_of))?;
    let mut response = ok(&EventAnswer::new(&recorded.event))?;
    response.headers_mut().insert(ETAG, etag(recorded.version));
    deprecate_old_name(&incoming, &mut response);
    Ok(incoming.applied(response))
}

pub(crate) fn event_of(body: &Checked<'_>) -> Result<NewConnectionEvent, ApiError> {
    let status = ConnectionStatus::parse(body.text("status"))
        .map_err(|error| Problem::at("/status", ProblemCode::NotAllowed, error.to_string()))?;
    Ok(NewConnectionEvent {
        status,
        event: body.text("event").to_owned(),
        description: body.optional_text("description").map(str::to_owned),
        metadata: body.raw("metadata").map(JsonText::from_checked),
    })
}

/// What is wrong with headers and body, told at once.
fn all_of(refusals: [Option<ApiError>; 3]) -> ApiError {
    let refusals = refusals.iter().flatten();
    let problems = refusals.flat_map(|refusal| refusal.problems().to_vec());
    ApiError::invalid(problems.collect())
}

fn refusal_of(refused: Refused) -> ApiError {
    match refused {
        Refused::CallerStale(_) => stale(),
        Refused::IdempotencyKeyReused => {
            let message = "this Idempotency-Key came before with another body; take a new key for a new event";
            ApiError::new(ErrorCode::IdempotencyKeyReused, message)
        }
        Refused::NoSuchAccount => not_found(),
        Refused::VersionMismatch {
            present: Some(version),
        } => {
            let message = format!(
                "the connection is at version \"{version}\"; read it again before you change it"
            );
            ApiError::new(ErrorCode::VersionMismatch, message)
                .with_header(ETAG, &format!("\"{version}\""))
        }
        Refused::VersionMismatch { present: None } => {
            let message =
                "the connection does not exist yet; leave If-Match out for its first event";
            ApiError::new(ErrorCode::VersionMismatch, message)
        }
    }
}
