//! `GET /llms.txt` and `GET /llms-full.txt`: the documents for programs that read text (llmstxt.org).

use axum::response::Response;

use crate::docs;
use crate::error::ApiError;
use crate::http_in::Incoming;
use crate::meta::{SERVICE, TEXT, UNCHANGED, cached};
use crate::operation::{Access, Answer, Method, Operation};

pub(crate) static INDEX: Operation = Operation {
    id: "kobling_llms_get",
    method: Method::Get,
    path: "/llms.txt",
    tag: SERVICE,
    summary: "Read the index of the documentation as text",
    description: "The pages with a sentence about each, in the form of llmstxt.org; its links lead to Markdown.",
    access: Access::Anonymous,
    parameters: &[],
    body: None,
    answers: &[Answer::other(200, "The index.", TEXT), UNCHANGED],
    errors: &[],
};

pub(crate) static FULL: Operation = Operation {
    id: "kobling_llms_full_get",
    path: "/llms-full.txt",
    summary: "Read the whole documentation as text",
    description: "The index, and every page of it one after the other, as Markdown.",
    answers: &[Answer::other(200, "The documents.", TEXT), UNCHANGED],
    ..INDEX
};

pub(crate) async fn index(incoming: Incoming) -> Result<Response, ApiError> {
    let text = docs::llms(&incoming.app.service.settings().public_url);
    Ok(cached(&incoming, TEXT, text))
}

pub(crate) async fn full(incoming: Incoming) -> Result<Response, ApiError> {
    let text = docs::llms_full(&incoming.app.service.settings().public_url);
    Ok(cached(&incoming, TEXT, text))
}
