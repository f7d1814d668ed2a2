//! `GET /docs/style.css`: how the documentation looks.

use axum::response::Response;
use http::StatusCode;

use crate::answers::with_type;
use crate::docs;
use crate::error::ApiError;
use crate::http_in::Incoming;
use crate::meta::SERVICE;
use crate::operation::{Access, Answer, Method, Operation};

pub(crate) static OPERATION: Operation = Operation {
    id: "kobling_docs_style_get",
    method: Method::Get,
    path: docs::STYLE_PATH,
    tag: SERVICE,
    summary: "Read the documentation's style sheet",
    description: "How the documentation looks.",
    access: Access::Anonymous,
    parameters: &[],
    body: None,
    answers: &[Answer::other(
        200,
        "The style sheet.",
        "text/css; charset=utf-8",
    )],
    errors: &[],
};

pub(crate) async fn handle(_: Incoming) -> Result<Response, ApiError> {
    Ok(with_type(
        StatusCode::OK,
        "text/css; charset=utf-8",
        docs::STYLE,
    ))
}
