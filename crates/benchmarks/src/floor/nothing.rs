//! The floor of everything: a handler that reads the body and answers a fixed text.

use ::bytes::Bytes;
use axum::Router;
use axum::response::Response;
use axum::routing::post;

use super::{TOKEN, answer};

pub(super) fn routes() -> Router {
    Router::new().route(TOKEN, post(handle))
}

async fn handle(_: Bytes) -> Response {
    answer()
}
