//! The floor of reading: a handler that answers from memory what Kobling answers for one connection.

use std::path::Path;

use ::bytes::Bytes;
use axum::Router;
use axum::http::header::{CONTENT_TYPE, ETAG};
use axum::routing::get;

use super::CONNECTION;
use crate::failure::{Result, While};

pub(super) fn routes(file: &Path) -> Result<Router> {
    let bytes: Bytes = std::fs::read(file).while_doing(file.display())?.into();
    let headers = [(CONTENT_TYPE, "application/json"), (ETAG, "\"2\"")];
    let handle = move || {
        let bytes = bytes.clone();
        async move { (headers, bytes) }
    };
    Ok(Router::new().route(CONNECTION, get(handle)))
}
