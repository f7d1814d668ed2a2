//! The whole API as one service: limits, path, method, caller, handler, and what every answer has in common.
//!
//! One service and no stack of layers: each layer would take allocations for every request.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use matchit::{InsertError, Router};
use percent_encoding::percent_decode_str;
use tower::Service;

use crate::browsers::{self, Preflight};
use crate::endpoint::{App, Endpoint, Handler};
use crate::envelope;
use crate::error::{ApiError, ErrorCode, negotiate};
use crate::http_in::{Incoming, PathTexts, bearer};
use crate::operation::Method;
use crate::refusals::failed_or_denied;
use crate::routes::ENDPOINTS;

/// All operations, behind the limits on what comes in.
#[derive(Clone, Debug)]
pub struct Api {
    app: App,
    /// By path, the operations of each method.
    paths: Arc<Router<Vec<Endpoint>>>,
    preflight: Preflight,
}

/// Puts the API together.
///
/// # Errors
/// Two operations have paths that cannot be told apart.
pub fn service(app: App) -> Result<Api, InsertError> {
    let mut of_paths: Vec<(&'static str, Vec<Endpoint>)> = Vec::new();
    for endpoint in ENDPOINTS {
        let path = endpoint.operation.path;
        match of_paths.iter_mut().find(|(known, _)| *known == path) {
            Some((_, endpoints)) => endpoints.push(*endpoint),
            None => of_paths.push((path, vec![*endpoint])),
        }
    }
    let mut paths = Router::new();
    for (path, endpoints) in of_paths {
        paths.insert(path, endpoints)?;
    }
    Ok(Api {
        app,
        paths: Arc::new(paths),
        preflight: browsers::preflight(),
    })
}

impl Service<Request> for Api {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if request.method() == http::Method::OPTIONS {
            return Box::pin(self.preflight.call(request));
        }
        let (app, paths) = (self.app.clone(), Arc::clone(&self.paths));
        Box::pin(async move {
            let wants_problem = negotiate::asks_for_problem(request.headers());
            let answered = run(app, &paths, request).await;
            let response = answered.unwrap_or_else(IntoResponse::into_response);
            let response = negotiate::as_asked(response, wants_problem);
            Ok(browsers::open_to_all(response))
        })
    }
}

/// Limits 414 and 431, path 404, method 405, token 401, ids 400, then whatever the handler refuses.
async fn run(
    app: App,
    paths: &Router<Vec<Endpoint>>,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    envelope::check(app.limits, &parts)?;
    let (endpoint, path) = find(paths, &parts)?;
    ::service::request::has_operation(endpoint.operation.id);
    let identity = match endpoint.handler {
        Handler::Open(_) => None,
        Handler::Token(_) => {
            let identity = app.service.authenticate(bearer(&parts.headers)?).await;
            Some(identity.map_err(|refusal| {
                app.service.metrics().token_refused(&refusal);
                failed_or_denied(endpoint.operation, refusal)
            })?)
        }
    };
    let unreadable = || ApiError::new(ErrorCode::InvalidRequestParameter, "the path is not UTF-8");
    let path = path.ok_or_else(unreadable)?;
    let incoming = Incoming::new(app, endpoint.operation, path, parts, body);
    incoming.check_path()?;
    match (endpoint.handler, identity) {
        (Handler::Open(handle), _) => handle(incoming).await,
        (Handler::Token(handle), Some(identity)) => handle(incoming, identity).await,
        (Handler::Token(_), None) => Err(ApiError::internal("a caller was not recognised")),
    }
}

/// The endpoint of a request and the texts in its path, or none where one of them is not UTF-8.
fn find(
    paths: &Router<Vec<Endpoint>>,
    parts: &Parts,
) -> Result<(Endpoint, Option<PathTexts>), ApiError> {
    let path = parts.uri.path();
    let unknown = |_| {
        let message = format!("no operation has the path {path}; /docs/api lists them all");
        ApiError::new(ErrorCode::UnknownPath, message)
    };
    let found = paths.at(path).map_err(unknown)?;
    let endpoint = found
        .value
        .iter()
        .find(|endpoint| takes(endpoint, &parts.method))
        .ok_or_else(|| ApiError::method_not_allowed(&parts.method, &methods(found.value)))?;
    let decode = |name| {
        let text = found.params.get(name).unwrap_or_default();
        let text = percent_decode_str(text).decode_utf8().ok()?;
        Some((name, text.into_owned()))
    };
    let texts = endpoint
        .operation
        .path_parameters()
        .map(|parameter| decode(parameter.name));
    Ok((*endpoint, texts.collect()))
}

/// Whether the endpoint answers this method; where something can be read, `HEAD` asks for the same without its body.
fn takes(endpoint: &Endpoint, method: &http::Method) -> bool {
    let own = endpoint.operation.method;
    own.as_str() == method.as_str() || (own == Method::Get && method == http::Method::HEAD)
}

/// The methods of a path, for `Allow`.
fn methods(endpoints: &[Endpoint]) -> String {
    let mut names = Vec::new();
    for endpoint in endpoints {
        names.push(endpoint.operation.method.as_str());
        if endpoint.operation.method == Method::Get {
            names.push("HEAD");
        }
    }
    names.join(",")
}
