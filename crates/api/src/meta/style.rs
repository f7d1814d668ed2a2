//! `GET /docs/style.css`: how the documentation looks.

use axum::response::Response;

use crate::docs;
use crate::error::ApiError;
use crate::http_in::Incoming;
use crate::meta::{CSS, SERVICE, UNCHANGED, cached};
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
    answers: &[Answer::other(200, "The style sheet.", CSS), UNCHANGED],
    errors: &[],
};

pub(crate) async fn handle(incoming: Incoming) -> Result<Response, ApiError> {
    Ok(cached(&incoming, CSS, docs::STYLE))
}
