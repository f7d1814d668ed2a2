//! `GET /openapi.json`: the document that describes all of this.

use axum::response::Response;

use crate::answers::ok;
use crate::error::ApiError;
use crate::http_in::Incoming;
use crate::meta::SERVICE;
use crate::operation::{Access, Answer, Method, Operation};
use crate::shape::Kind;

pub(crate) static OPERATION: Operation = Operation {
    id: "kobling_openapi_get",
    method: Method::Get,
    path: crate::docs::OPENAPI_PATH,
    tag: SERVICE,
    summary: "Read the OpenAPI document",
    description: "Every operation as OpenAPI 3.1.",
    access: Access::Anonymous,
    parameters: &[],
    body: None,
    answers: &[Answer::json(
        200,
        "The document.",
        Kind::Free,
        "{\"openapi\": \"3.1.0\"}",
    )],
    errors: &[],
};

pub(crate) async fn handle(_: Incoming) -> Result<Response, ApiError> {
    ok(&crate::openapi_document())
}
