//! `GET /health/live` and `GET /health/ready`: for whoever starts, watches and routes to the process.

use axum::response::Response;
use serde::Serialize;

use crate::answers::ok;
use crate::error::{ApiError, ErrorCode};
use crate::http_in::Incoming;
use crate::meta::SERVICE;
use crate::operation::{Access, Answer, Method, Operation};
use crate::refusals::failed;
use crate::shape::Kind;
use crate::v1::models::health::{EXAMPLE, HEALTH};

pub(crate) static LIVE: Operation = Operation {
    id: "kobling_health_live_get",
    method: Method::Get,
    path: "/health/live",
    tag: SERVICE,
    summary: "Is the process alive",
    description: "Answers as long as the process answers at all. It looks at nothing else.",
    access: Access::Anonymous,
    parameters: &[],
    body: None,
    answers: &[Answer::json(200, "It is.", Kind::Object(&HEALTH), EXAMPLE)],
    errors: &[],
};

pub(crate) static READY: Operation = Operation {
    id: "kobling_health_ready_get",
    method: Method::Get,
    path: "/health/ready",
    tag: SERVICE,
    summary: "Can it serve",
    description: "Answers 200 when the database can be asked and changes can be made durable, and 503 when not. Where nothing \
                  was written for 10 seconds, or the last write failed, it makes something durable that changes nothing.",
    access: Access::Anonymous,
    parameters: &[],
    body: None,
    answers: &[Answer::json(200, "It can.", Kind::Object(&HEALTH), EXAMPLE)],
    errors: &[ErrorCode::Unavailable],
};

#[derive(Debug, Serialize)]
struct Health {
    status: &'static str,
}

pub(crate) async fn live(_: Incoming) -> Result<Response, ApiError> {
    ok(&Health { status: "ok" })
}

pub(crate) async fn ready(incoming: Incoming) -> Result<Response, ApiError> {
    incoming
        .app
        .service
        .check_readiness()
        .await
        .map_err(failed)?;
    ok(&Health { status: "ok" })
}
