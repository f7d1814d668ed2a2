//! All operations and where they are reached. A new operation is one line here.

use std::convert::Infallible;

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use http::header::{ALLOW, HeaderName};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

use crate::endpoint::{App, Endpoint, Handler};
use crate::error::{ApiError, ErrorCode, negotiate};
use crate::http_in::{Incoming, bearer};
use crate::meta::{documentation, health, openapi, style};
use crate::operation::{Method, Operation};
use crate::refusals::failed_or_denied;
use crate::v1::{accounts, clients, connection_events, connections, grants, keys, log, tokens};

macro_rules! endpoints {
    ($($kind:ident $operation:path => $handle:path,)*) => {
        &[$(Endpoint {
            operation: &$operation,
            handler: endpoints!(@ $kind $handle),
        },)*]
    };
    (@ open $handle:path) => { Handler::Open(|incoming| Box::pin($handle(incoming))) };
    (@ token $handle:path) => {
        Handler::Token(|incoming, identity| Box::pin($handle(incoming, identity)))
    };
}

const ENDPOINTS: &[Endpoint] = endpoints![
    token connection_events::record::OPERATION => connection_events::record::handle,
    token connection_events::list::OPERATION => connection_events::list::handle,
    token connections::find::OPERATION => connections::find::handle,
    token connections::list::OPERATION => connections::list::handle,
    token accounts::list::OPERATION => accounts::list::handle,
    token accounts::add::OPERATION => accounts::add::handle,
    token accounts::find::OPERATION => accounts::find::handle,
    token log::list::OPERATION => log::list::handle,
    open tokens::issue::OPERATION => tokens::issue::handle,
    token keys::list::OPERATION => keys::list::handle,
    open keys::set::OPERATION => keys::set::handle,
    open keys::metadata::OPERATION => keys::metadata::handle,
    token clients::list::OPERATION => clients::list::handle,
    token clients::add::OPERATION => clients::add::handle,
    token clients::find::OPERATION => clients::find::handle,
    token clients::delete::OPERATION => clients::delete::handle,
    token grants::list::OPERATION => grants::list::handle,
    token grants::add::OPERATION => grants::add::handle,
    token grants::delete::OPERATION => grants::delete::handle,
    open openapi::OPERATION => openapi::handle,
    open documentation::OPERATION => documentation::handle,
    open style::OPERATION => style::handle,
    open health::LIVE => health::live,
    open health::READY => health::ready,
];

/// Every operation, in the order of the document.
#[must_use]
pub fn operations() -> Vec<&'static Operation> {
    ENDPOINTS
        .iter()
        .map(|endpoint| endpoint.operation)
        .collect()
}

/// The whole API as a service.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for endpoint in ENDPOINTS {
        let (app, endpoint) = (app.clone(), *endpoint);
        let answer = move |request: Request| answer(app.clone(), endpoint, request);
        router = router.route(
            endpoint.operation.path,
            on(filter(endpoint.operation.method), answer),
        );
    }
    router
        .fallback(unknown_path)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn(move |request, next| {
            crate::envelope::check(app.limits, request, next)
        }))
        .layer(from_fn(negotiate))
        .layer(cors())
}

async fn answer(app: App, endpoint: Endpoint, request: Request) -> Response {
    let answered = run(app, endpoint, request).await;
    answered.unwrap_or_else(IntoResponse::into_response)
}

/// Token 401, ids 400, then whatever the handler refuses.
async fn run(app: App, endpoint: Endpoint, request: Request) -> Result<Response, ApiError> {
    service::request::has_operation(endpoint.operation.id);
    let (mut parts, body) = request.into_parts();
    let path = RawPathParams::from_request_parts(&mut parts, &()).await;
    let service = std::sync::Arc::clone(&app.service);
    let identity = match endpoint.handler {
        Handler::Open(_) => None,
        Handler::Token(_) => {
            let token = bearer(&parts.headers)?;
            let identity = service.authenticate(token).await;
            Some(identity.map_err(|refusal| {
                service.metrics().token_refused(&refusal);
                failed_or_denied(endpoint.operation, refusal)
            })?)
        }
    };
    let unreadable = |_| ApiError::new(ErrorCode::InvalidRequestParameter, "the path is not UTF-8");
    let path = path.map_err(unreadable)?;
    let incoming = Incoming::new(
        app,
        endpoint.operation,
        &path,
        Request::from_parts(parts, body),
    );
    incoming.check_path()?;
    match (endpoint.handler, identity) {
        (Handler::Open(handle), _) => handle(incoming).await,
        (Handler::Token(handle), Some(identity)) => handle(incoming, identity).await,
        (Handler::Token(_), None) => Err(ApiError::internal("a caller was not recognised")),
    }
}

async fn unknown_path(request: Request) -> Response {
    let message = format!(
        "no operation has the path {}; /docs lists them all",
        request.uri().path()
    );
    ApiError::new(ErrorCode::UnknownPath, message).into_response()
}

/// The router adds `Allow` itself, so the text of the body is all there is to say.
async fn method_not_allowed(request: Request) -> Result<Response, Infallible> {
    let message = format!(
        "this path does not have {}; Allow says what it has",
        request.method()
    );
    let mut response = ApiError::new(ErrorCode::MethodNotAllowed, message).into_response();
    response.headers_mut().remove(ALLOW);
    Ok(response)
}

fn filter(method: Method) -> MethodFilter {
    match method {
        Method::Get => MethodFilter::GET,
        Method::Post => MethodFilter::POST,
        Method::Put => MethodFilter::PUT,
        Method::Patch => MethodFilter::PATCH,
        Method::Delete => MethodFilter::DELETE,
    }
}

/// Open to browsers of any origin, as the contract says; nothing here rests on cookies.
fn cors() -> CorsLayer {
    let exposed = [
        "etag",
        "deprecation",
        "link",
        "preference-applied",
        "retry-after",
        "www-authenticate",
        "x-request-id",
    ];
    let methods = [
        http::Method::GET,
        http::Method::HEAD,
        http::Method::PUT,
        http::Method::PATCH,
        http::Method::POST,
        http::Method::DELETE,
    ];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(methods)
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed.map(HeaderName::from_static))
        .max_age(std::time::Duration::from_secs(3_600))
}
