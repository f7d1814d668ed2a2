//! `POST …/auth/client-grants`: scopes on an audience for a client.

use axum::response::Response;
use domain::Scopes;
use domain::grants::{AddGrantRefused as Refused, GrantType};
use service::access::Identity;
use service::grants::{AddGrantRequest, audience_account};
use uuid::Uuid;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode, Problem, ProblemCode};
use crate::http_in::Incoming;
use crate::operation::{Answer, BodyDescription, Example, JSON, Media, Method, OID, Operation};
use crate::refusals::{denied, not_found, refused, stale};
use crate::shape::{Checked, Kind, check};
use crate::v1::grants::GrantAnswer;
use crate::v1::models::grant::{EXAMPLE, EXAMPLE_BODY, GRANT};
use crate::v1::{ACCESS, WRITE};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_auths_client_grants_post",
    method: Method::Post,
    path: "/v1/accounts/{oid}/auth/client-grants",
    tag: ACCESS,
    summary: "Add a grant",
    description: "Grants a client of the account scopes on an audience. Nobody grants what they do not hold, or on \
                  an account that they may not act on. Scopes in the spelling from before 2019-06 are understood \
                  and answered in the present one.",
    access: WRITE,
    parameters: &[OID],
    body: Some(&BodyDescription {
        shape: &GRANT,
        form: None,
        is_required: true,
        media: &[Media {
            media_type: JSON,
            examples: &[Example {
                name: "grant",
                text: EXAMPLE_BODY,
            }],
        }],
    }),
    answers: &[Answer::json(
        200,
        "The grant.",
        Kind::Object(&GRANT),
        EXAMPLE,
    )],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
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
    let body = incoming.json_bytes().await?;
    let request = request_of(&check(&GRANT, &body, incoming.strictness())?)?;
    let service = &incoming.app.service;
    let added = service
        .add_grant(&identity, incoming.scopes(), owner, request)
        .await;
    let grant = added.map_err(|refusal| refused(operation, refusal, refusal_of))?;
    Ok(incoming.applied(ok(&GrantAnswer::new(&grant))?))
}

/// Says all that is wrong with the texts at once. A client that cannot exist is not found.
fn request_of(body: &Checked<'_>) -> Result<AddGrantRequest, ApiError> {
    let mut problems = Vec::new();
    let audience = body.text("audience").to_owned();
    let account = audience_account(&audience);
    if account.is_none() {
        let message =
            "audience must name an account, such as https://api.example.com/v1/accounts/T11200000";
        problems.push(Problem::at("/audience", ProblemCode::Pattern, message));
    }
    let mut scopes = Scopes::NONE;
    for (index, name) in body.texts("scope").into_iter().enumerate() {
        match domain::Scope::parse(name) {
            Ok(scope) => scopes.insert(scope),
            Err(unknown) => {
                let message = format!("{unknown}; the documentation lists them all");
                problems.push(Problem::at(
                    format!("/scope/{index}"),
                    ProblemCode::NotAllowed,
                    message,
                ));
            }
        }
    }
    let (Some(audience_account), true) = (account, problems.is_empty()) else {
        return Err(ApiError::invalid(problems));
    };
    let client = Uuid::try_parse(body.text("client_id")).map_err(|_| no_such_client())?;
    let grant_type = body.optional_text("type").map(GrantType::parse).transpose();
    let grant_type = grant_type
        .map_err(|error| Problem::at("/type", ProblemCode::NotAllowed, error.to_string()))?;
    let grant_type = grant_type.unwrap_or_default();
    Ok(AddGrantRequest {
        client,
        audience,
        audience_account,
        scopes,
        grant_type,
    })
}

fn no_such_client() -> ApiError {
    let message =
        "the account has no client with this id; client_id of a grant is the id of the client";
    ApiError::new(ErrorCode::NotFound, message)
}

fn refusal_of(refused: Refused) -> ApiError {
    match refused {
        Refused::CallerStale(_) => stale(),
        Refused::NoSuchClient => no_such_client(),
        Refused::NoSuchAudience => not_found(),
        Refused::TooManyGrants => {
            Problem::at("/client_id", ProblemCode::TooManyItems, refused.to_string()).into()
        }
    }
}
