//! `POST …/auth/token`: an access token by client credentials.
//!
//! Two shapes of one operation: the contract's, with Basic and JSON, and that of RFC 6749 section 4.4, with a form.
//! Each answers errors in its own shape.

use axum::response::{IntoResponse, Response};
use domain::{OwnerId, Scopes, UnknownScope};
use http::header::{CACHE_CONTROL, PRAGMA};
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use service::tokens::{IssueTokenRefused as Refused, IssuedToken, TokenRequest};

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode, OAuthError, Problem, ProblemCode};
use crate::http_in::{Basic, Incoming, basic};
use crate::json::shorten;
use crate::operation::{
    Access, Answer, BodyDescription, Example, FORM, JSON, Media, Method, OID, Operation,
};
use crate::refusals::refused;
use crate::shape::{Kind, check};
use crate::v1::ACCESS;
use crate::v1::models::access_token::{
    ACCESS_TOKEN, EXAMPLE, EXAMPLE_BODY, EXAMPLE_FORM, TOKEN_FORM, TOKEN_REQUEST,
};

pub(crate) static OPERATION: Operation = Operation {
    id: "aid_auths_oauth_token_post",
    method: Method::Post,
    path: "/v1/accounts/{oid}/auth/token",
    tag: ACCESS,
    summary: "Get an access token",
    description: "Gives a client an access token for its client_id and client_secret, sent as HTTP Basic. The token \
                  is for the account that the audience names, with the scopes granted to the client there.\n\n\
                  The body may also be a form, as RFC 6749 has it; then errors are answered as that RFC has them, \
                  the client may name itself in the form, the audience may be left out, and scope narrows.",
    access: Access::ClientCredentials,
    parameters: &[OID],
    body: Some(&BodyDescription {
        shape: &TOKEN_REQUEST,
        form: Some(&TOKEN_FORM),
        is_required: true,
        media: &[
            Media {
                media_type: JSON,
                examples: &[Example {
                    name: "client_credentials",
                    text: EXAMPLE_BODY,
                }],
            },
            Media {
                media_type: FORM,
                examples: &[Example {
                    name: "client_credentials",
                    text: EXAMPLE_FORM,
                }],
            },
        ],
    }),
    answers: &[Answer::json(
        200,
        "The token.",
        Kind::Object(&ACCESS_TOKEN),
        EXAMPLE,
    )],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::InvalidClient,
        ErrorCode::NoGrant,
        ErrorCode::BodyTooLarge,
        ErrorCode::UnsupportedMediaType,
    ],
};

/// Longest scope quoted in a message, in characters.
const SCOPE_SHOWN_MAX: usize = 60;

#[derive(Debug, Serialize)]
struct TokenAnswer {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// What a token request says, in either shape.
pub(crate) struct Asked {
    pub(crate) audience: Option<String>,
    pub(crate) scopes: Option<Scopes>,
    pub(crate) credentials: Option<Basic>,
}

pub(crate) async fn handle(incoming: Incoming) -> Result<Response, ApiError> {
    match incoming.media_type().as_deref() {
        Some(FORM) => Ok(by_form(incoming)
            .await
            .unwrap_or_else(IntoResponse::into_response)),
        _ => by_json(incoming).await,
    }
}

async fn by_json(mut incoming: Incoming) -> Result<Response, ApiError> {
    let owner = incoming.owner()?;
    let missing = || ApiError::invalid_client("send client_id and client_secret as HTTP Basic");
    let credentials = basic(&incoming.parts.headers)?.ok_or_else(missing)?;
    let bytes = incoming.bytes().await?;
    if incoming.media_type().as_deref() != Some(JSON) {
        return Err(incoming.unsupported(&[JSON, FORM]));
    }
    let body = check(&TOKEN_REQUEST, &bytes, incoming.strictness())?;
    let audience = Some(body.text("audience").to_owned());
    let asked = Asked {
        audience,
        scopes: None,
        credentials: Some(credentials),
    };
    let issued = issue(&incoming, owner, &asked).await?.map_err(refusal_of)?;
    answer(&incoming, issued, false)
}

async fn by_form(mut incoming: Incoming) -> Result<Response, OAuthError> {
    let owner = incoming.owner()?;
    let bytes = incoming.bytes().await?;
    let asked = read_form(&incoming.parts.headers, &bytes)?;
    match issue(&incoming, owner, &asked).await? {
        Ok(issued) => Ok(answer(&incoming, issued, true)?),
        Err(Refused::ScopesNotGranted(missing)) => {
            let message = format!("not granted: {}", missing.to_text());
            Err(OAuthError::new("invalid_scope", message))
        }
        Err(Refused::MalformedAudience) => Err(OAuthError::new(
            "invalid_target",
            "the audience names no account",
        )),
        Err(why @ (Refused::InvalidClient | Refused::NoGrant)) => Err(refusal_of(why).into()),
    }
}

/// Reads a form as RFC 6749 section 4.4.2 has it; a parameter may stand once (section 3.2).
pub(crate) fn read_form(headers: &HeaderMap, bytes: &[u8]) -> Result<Asked, OAuthError> {
    let invalid = |message: String| OAuthError::new("invalid_request", message);
    if std::str::from_utf8(bytes).is_err() {
        return Err(invalid("the form is not UTF-8".to_owned()));
    }
    let mut fields: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        if fields.iter().any(|(earlier, _)| *earlier == name) {
            return Err(invalid(format!("{name} may be given once")));
        }
        fields.push((name.into_owned(), value.into_owned()));
    }
    let mut take = |name: &str| {
        let found = fields
            .iter()
            .position(|(given, value)| given == name && !value.is_empty());
        found.map(|index| fields.swap_remove(index).1)
    };
    match take("grant_type").as_deref() {
        Some("client_credentials") => {}
        Some(_) => {
            let message = "grant_type must be client_credentials";
            return Err(OAuthError::new("unsupported_grant_type", message));
        }
        None => {
            return Err(invalid(
                "grant_type is required; it must be client_credentials".to_owned(),
            ));
        }
    }
    let scopes = take("scope")
        .map(|text| Scopes::from_text(&text))
        .transpose();
    let scopes = scopes.map_err(|UnknownScope(name)| {
        let message = format!("{:?} is no scope", shorten(&name, SCOPE_SHOWN_MAX));
        OAuthError::new("invalid_scope", message)
    })?;
    let audience = match (take("audience"), take("resource")) {
        (Some(_), Some(_)) => {
            return Err(invalid(
                "audience and resource mean the same; send one of them".to_owned(),
            ));
        }
        (audience, resource) => audience.or(resource),
    };
    let in_header = basic(headers)?;
    let (name, secret) = (take("client_id"), take("client_secret"));
    if in_header.is_some() && secret.is_some() {
        return Err(invalid(
            "the client may show itself in the header or in the form, not in both".to_owned(),
        ));
    }
    if let (Some(basic), Some(name)) = (&in_header, &name)
        && !basic.is_named(name)
    {
        return Err(invalid(
            "client_id in the form is another one than in the header".to_owned(),
        ));
    }
    let in_form = name
        .zip(secret)
        .map(|(name, secret)| Basic { name, secret });
    Ok(Asked {
        audience,
        scopes,
        credentials: in_header.or(in_form),
    })
}

/// Tries the credentials as they came, then percent-decoded.
async fn issue(
    incoming: &Incoming,
    owner: OwnerId,
    asked: &Asked,
) -> Result<Result<IssuedToken, Refused>, ApiError> {
    let missing = || ApiError::invalid_client("client_id and client_secret are missing");
    let given = asked.credentials.as_ref().ok_or_else(missing)?;
    let attempt = async |credentials: &Basic| {
        let request = TokenRequest {
            owner,
            client: &credentials.name,
            secret: &credentials.secret,
            audience: asked.audience.as_deref(),
            scopes: asked.scopes,
        };
        match incoming.app.service.issue_token(request).await {
            Ok(issued) => Ok(Ok(issued)),
            Err(service::Refusal::Refused(why)) => Ok(Err(why)),
            Err(other) => Err(refused(incoming.operation, other, refusal_of)),
        }
    };
    let outcome = attempt(given).await?;
    match (outcome, given.decoded()) {
        (Err(Refused::InvalidClient), Some(decoded)) => attempt(&decoded).await,
        (outcome, _) => Ok(outcome),
    }
}

fn answer(incoming: &Incoming, issued: IssuedToken, is_form: bool) -> Result<Response, ApiError> {
    let mut response = ok(&TokenAnswer {
        access_token: issued.access_token,
        token_type: "Bearer",
        expires_in: issued.expires_in,
        scope: is_form.then(|| issued.scopes.to_text()),
    })?;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    Ok(incoming.applied(response))
}

fn refusal_of(refused: Refused) -> ApiError {
    match refused {
        Refused::InvalidClient => {
            ApiError::invalid_client("the client is unknown here, or its secret is another one")
        }
        Refused::MalformedAudience => {
            let message = "audience must name an account, such as https://api.example.com/v1/accounts/T11200000";
            Problem::at("/audience", ProblemCode::Pattern, message).into()
        }
        Refused::NoGrant => {
            let message = "nothing is granted to the client on this audience; add a grant first";
            ApiError::new(ErrorCode::NoGrant, message)
        }
        Refused::ScopesNotGranted(missing) => {
            let message = format!("not granted: {}", missing.to_text());
            ApiError::new(ErrorCode::NoGrant, message)
        }
    }
}
