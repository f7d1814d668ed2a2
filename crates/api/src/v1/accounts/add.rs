//! `POST …/management/accounts`: a partner adds an account.

use axum::response::Response;
use domain::JsonText;
use domain::accounts::AddAccountRefused as Refused;
use service::access::Identity;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::operation::{Answer, BodyDescription, Example, JSON, Media, Method, OID, Operation};
use crate::refusals::{denied, not_found, refused, stale};
use crate::shape::{Kind, check};
use crate::v1::accounts::AccountAnswer;
use crate::v1::models::account::{ACCOUNT_BODY, EXAMPLE, EXAMPLE_BODY, EXTENDED_ACCOUNT};
use crate::v1::{ACCOUNTS, WRITE};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_mgmnt_accounts_post",
    method: Method::Post,
    path: "/v1/accounts/{oid}/management/accounts",
    tag: ACCOUNTS,
    summary: "Add an account",
    description: "Adds an account under the partner. It gets the partner's next number.",
    access: WRITE,
    parameters: &[OID],
    body: Some(&BodyDescription {
        shape: &ACCOUNT_BODY,
        form: None,
        is_required: true,
        media: &[Media {
            media_type: JSON,
            examples: &[Example {
                name: "account",
                text: EXAMPLE_BODY,
            }],
        }],
    }),
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
        ErrorCode::AccountNumbersExhausted,
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
    let document = check(&ACCOUNT_BODY, &body, incoming.strictness())?.writable_text();
    let service = &incoming.app.service;
    let document = JsonText::from_checked(document);
    let added = service
        .add_account(&identity, incoming.scopes(), owner, document)
        .await;
    let account = &added.map_err(|refusal| refused(operation, refusal, refusal_of))?;
    let answer = AccountAnswer {
        account,
        connections: &[],
        with_events: true,
        paging_token: None,
    };
    Ok(incoming.applied(ok(&answer)?))
}

fn refusal_of(refused: Refused) -> ApiError {
    match refused {
        Refused::CallerStale(_) => stale(),
        Refused::NoSuchPartner => not_found(),
        Refused::NumbersExhausted => {
            let message = "the partner has given all of its 99,999 account numbers";
            ApiError::new(ErrorCode::AccountNumbersExhausted, message)
        }
    }
}
