//! `POST …/auth/clients`: a new client and its secret.

use axum::response::Response;
use domain::clients::AddClientRefused as Refused;
use http::HeaderValue;
use http::header::CACHE_CONTROL;
use service::access::Identity;
use service::clients::AddClientRequest;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{Answer, BodyDescription, Example, JSON, Media, Method, OID, Operation};
use crate::refusals::{denied, not_found, refused, stale};
use crate::shape::{Checked, Kind, check};
use crate::v1::clients::ClientAnswer;
use crate::v1::models::client::{CLIENT, CLIENT_WITH_SECRET, EXAMPLE_BODY, EXAMPLE_WITH_SECRET};
use crate::v1::{ACCESS, WRITE};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_auth_clients_post",
    method: Method::Post,
    path: "/v1/accounts/{oid}/auth/clients",
    tag: ACCESS,
    summary: "Add a client",
    description: "Makes a client of the account with a secret, which is shown only in this answer. The client can \
                  get tokens once something is granted to it.",
    access: WRITE,
    parameters: &[OID],
    body: Some(&BodyDescription {
        shape: &CLIENT,
        form: None,
        is_required: false,
        media: &[Media {
            media_type: JSON,
            examples: &[Example {
                name: "client",
                text: EXAMPLE_BODY,
            }],
        }],
    }),
    answers: &[Answer::json(
        200,
        "The client with its secret.",
        Kind::Object(&CLIENT_WITH_SECRET),
        EXAMPLE_WITH_SECRET,
    )],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
        ErrorCode::ClientIdTaken,
        ErrorCode::BodyTooLarge,
        ErrorCode::UnsupportedMediaType,
    ],
};

pub(crate) async fn handle(
    mut incoming: Incoming,
    identity: Identity,
) -> Result<Response, ApiError> {
    let (owner, operation) = (incoming.owner()?, incoming.operation);
    identity
        .require(owner, incoming.scopes())
        .map_err(|why| denied(operation, why))?;
    let body = incoming.optional_json_bytes().await?;
    let request = match &body {
        Some(body) => request_of(&check(&CLIENT, body, incoming.strictness())?),
        None => AddClientRequest::default(),
    };
    let service = &incoming.app.service;
    let added = service
        .add_client(&identity, incoming.scopes(), owner, request)
        .await;
    let added = added.map_err(|refusal| refused(operation, refusal, refusal_of))?;
    let mut response = ok(&ClientAnswer::with_secret(
        &added.client,
        added.secret.as_str(),
    ))?;
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(incoming.applied(response))
}

fn request_of(body: &Checked<'_>) -> AddClientRequest {
    let text = |name| body.optional_text(name).map(str::to_owned);
    let callbacks = body
        .texts("callbacks")
        .into_iter()
        .map(str::to_owned)
        .collect();
    AddClientRequest {
        client_id: text("client_id"),
        name: text("name"),
        description: text("description"),
        callbacks: body.has("callbacks").then_some(callbacks),
    }
}

fn refusal_of(refused: Refused) -> ApiError {
    match refused {
        Refused::CallerStale(_) => stale(),
        Refused::NoSuchAccount => not_found(),
        Refused::ClientIdTaken => {
            let message =
                "another client of the partner has this client_id; choose another, or leave it out";
            ApiError::new(ErrorCode::ClientIdTaken, message)
        }
    }
}
