//! Answers to browsers: open to any origin, as the contract says; nothing here rests on cookies.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS};
use http::{HeaderValue, Method};
use tower::Layer;
use tower::util::{ServiceFn, service_fn};
use tower_http::cors::{AllowHeaders, Any, Cors, CorsLayer};

/// The headers of answers that a program in a browser may read.
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "etag,deprecation,link,preference-applied,retry-after,www-authenticate,x-request-id",
);

/// Answers every `OPTIONS` itself, without asking what stands behind it.
pub(crate) type Preflight = Cors<ServiceFn<fn(Request) -> Ready<Result<Response, Infallible>>>>;

/// What browsers ask before they send a request to another origin.
pub(crate) fn preflight() -> Preflight {
    let methods = [
        Method::GET,
        Method::HEAD,
        Method::PUT,
        Method::PATCH,
        Method::POST,
        Method::DELETE,
    ];
    let nothing = |_| ready(Ok(Response::default()));
    let nothing: fn(Request) -> Ready<Result<Response, Infallible>> = nothing;
    let layer = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods(methods)
        .allow_headers(AllowHeaders::mirror_request())
        .max_age(Duration::from_secs(3_600));
    layer.layer(service_fn(nothing))
}

/// The headers that every answer has. They are always the same, so a layer that works them out would be waste.
pub(crate) fn open_to_all(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    response
}
