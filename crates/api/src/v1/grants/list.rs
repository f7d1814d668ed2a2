//! `GET …/auth/client-grants`: the grants of an account's clients.

use axum::response::Response;
use service::access::Identity;
use service::grants::{GrantFilter, audience_account};
use uuid::Uuid;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{Answer, Method, OID, Operation, Parameter};
use crate::refusals::{denied, failed_or_denied};
use crate::shape::Kind;
use crate::v1::grants::GrantAnswer;
use crate::v1::models::grant::{EXAMPLE_LIST, GRANTS};
use crate::v1::{ACCESS, READ};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_auths_client_grants_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/auth/client-grants",
    tag: ACCESS,
    summary: "List grants",
    description: "The grants of the account's clients, oldest first.",
    access: READ,
    parameters: &[OID, AUDIENCE, CLIENT],
    body: None,
    answers: &[Answer::json(
        200,
        "The grants.",
        Kind::List(&GRANTS),
        EXAMPLE_LIST,
    )],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
    ],
};

const AUDIENCE: Parameter = Parameter::query("audience", Kind::text(2_048))
    .about("Only grants on the account that this audience names.")
    .example("\"https://api.dintero.com/v1/accounts/T11200000\"");

const CLIENT: Parameter =
    Parameter::query("client_id", Kind::text(255)).about("Only grants of the client with this id.");

pub(crate) async fn handle(incoming: Incoming, identity: Identity) -> Result<Response, ApiError> {
    let (owner, operation) = (incoming.owner()?, incoming.operation);
    identity
        .require(owner, incoming.scopes())
        .map_err(|why| denied(operation, why))?;
    let query = incoming.query()?;
    let audience = query.text("audience").map(audience_account);
    let client = query
        .text("client_id")
        .map(|text| Uuid::try_parse(text).ok());
    if matches!(audience, Some(None)) || matches!(client, Some(None)) {
        // A filter that nothing can match.
        return ok(&[(); 0]);
    }
    let filter = GrantFilter {
        audience: audience.flatten(),
        client: client.flatten(),
    };
    let listed = incoming
        .app
        .service
        .list_grants(&identity, incoming.scopes(), owner, filter)
        .await;
    let listed = listed.map_err(|refusal| failed_or_denied(operation, refusal))?;
    ok(&listed.iter().map(GrantAnswer::new).collect::<Vec<_>>())
}
