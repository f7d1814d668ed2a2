//! `GET /docs`: the documentation as a page.

use axum::response::Response;
use http::StatusCode;

use crate::answers::with_type;
use crate::docs;
use crate::error::ApiError;
use crate::http_in::Incoming;
use crate::meta::SERVICE;
use crate::operation::{Access, Answer, Method, Operation};

pub(crate) static OPERATION: Operation = Operation {
    id: "kobling_docs_get",
    method: Method::Get,
    path: "/docs",
    tag: SERVICE,
    summary: "Read the documentation",
    description: "Every operation, model and error on one page that needs nothing from anywhere else.",
    access: Access::Anonymous,
    parameters: &[],
    body: None,
    answers: &[Answer::other(200, "The page.", "text/html; charset=utf-8")],
    errors: &[],
};

pub(crate) async fn handle(_: Incoming) -> Result<Response, ApiError> {
    let page = docs::page(&crate::operations(), crate::VERSION);
    Ok(with_type(StatusCode::OK, "text/html; charset=utf-8", page))
}
