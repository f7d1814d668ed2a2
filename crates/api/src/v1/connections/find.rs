//! `GET …/connections/{connection}`: one connection.

use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http::header::ETAG;
use service::access::Identity;
use service::connections::FoundConnection;

use crate::answers::{json, with_type};
use crate::error::{ApiError, ErrorCode};
use crate::http_in::{Incoming, etag};
use crate::operation::{AID, Answer, CONNECTION, JSON, Method, OID, Operation, ResponseHeader};
use crate::refusals::failed_or_denied;
use crate::shape::Kind;
use crate::v1::connections::{ConnectionAnswer, deprecate_old_name, with_deprecation};
use crate::v1::models::connection;
use crate::v1::{CONNECTIONS, READ};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_accounts_aid_connection_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}",
    tag: CONNECTIONS,
    summary: "Read a connection",
    description: "One connection: its status, its version and its newest 100 events, oldest first.",
    access: READ,
    parameters: &[OID, AID, CONNECTION],
    body: None,
    answers: &[Answer::json(
        200,
        "The connection.",
        Kind::Object(&connection::CONNECTION),
        connection::EXAMPLE,
    )
    .headers(with_deprecation!(ETAG_NOW))],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
    ],
};

const ETAG_NOW: ResponseHeader = ResponseHeader {
    name: "ETag",
    kind: Kind::TEXT,
    about: "The connection's version, such as \"3\"; to be sent as If-Match with the next event.",
};

pub(crate) async fn handle(incoming: Incoming, identity: Identity) -> Result<Response, ApiError> {
    let path = (
        incoming.owner()?,
        incoming.account()?,
        incoming.connection()?,
    );
    let service = &incoming.app.service;
    let found = service
        .find_connection(&identity, incoming.scopes(), path)
        .await;
    let found = found.map_err(|refusal| failed_or_denied(incoming.operation, refusal))?;
    let (text, version) = match found {
        FoundConnection::Remembered(answer) => (answer.text, answer.version),
        FoundConnection::Record(record, place) => {
            let text = Bytes::from(json(&ConnectionAnswer::new(&record))?);
            let version = record.connection.version();
            if let Some(place) = place {
                service.remember_connection(place, text.clone(), version);
            }
            (text, version)
        }
    };
    let mut response = with_type(StatusCode::OK, JSON, text);
    response.headers_mut().insert(ETAG, etag(version));
    deprecate_old_name(&incoming, &mut response);
    Ok(response)
}
