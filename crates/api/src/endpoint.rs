//! An operation and the handler that carries it out.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::response::Response;
use service::Service;
use service::access::Identity;

use crate::error::ApiError;
use crate::http_in::Incoming;
use crate::operation::Operation;

/// What every handler may use.
#[derive(Clone, Debug)]
pub struct App {
    /// The use cases.
    pub service: Arc<Service>,
    /// The limits on what comes in.
    pub limits: Limits,
}

/// Limits on what comes in.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of a body, at most.
    pub body_bytes_max: usize,
    /// Bytes of a request's target, at most.
    pub target_bytes_max: usize,
    /// Bytes of all header names and values together, at most.
    pub header_bytes_max: usize,
    /// How long a body may take to arrive.
    pub body_time_max: std::time::Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes_max: 64 * 1024,
            target_bytes_max: 8 * 1024,
            header_bytes_max: 32 * 1024,
            body_time_max: std::time::Duration::from_secs(20),
        }
    }
}

/// What a handler answers, later.
pub(crate) type Reply = Pin<Box<dyn Future<Output = Result<Response, ApiError>> + Send>>;

/// The handler of an operation.
#[derive(Clone, Copy)]
pub(crate) enum Handler {
    /// For anybody; the handler recognises the caller itself where it must.
    Open(fn(Incoming) -> Reply),
    /// For the holder of an access token.
    Token(fn(Incoming, Identity) -> Reply),
}

/// An operation and its handler.
#[derive(Clone, Copy)]
pub(crate) struct Endpoint {
    pub(crate) operation: &'static Operation,
    pub(crate) handler: Handler,
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} {}",
            self.operation.method.as_str(),
            self.operation.path
        )
    }
}
