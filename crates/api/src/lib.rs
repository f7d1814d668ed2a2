//! The HTTP side of Kobling: routes, bodies, errors and the document that describes them.
//!
//! It translates between HTTP and `service`; it knows no database and holds no rule. What is said once as data (a
//! shape, an operation, an error code) is read by the routes, the OpenAPI document, the docs page and the tests alike.

mod answers;
mod browsers;
mod endpoint;
mod envelope;
mod http_in;
mod meta;
mod refusals;
mod refused_head;
mod routes;
mod service;

pub mod docs;
pub mod error;
pub mod json;
pub mod observe;
pub mod openapi;
pub mod operation;
pub mod readers;
pub mod shape;
pub mod v1;

pub use endpoint::{App, Limits};
pub use refused_head::refused_head;
pub use routes::operations;
pub use service::{Api, service};
pub use v1::log::entry::log_entry_line;

/// The version of this build, as it stands in the documents.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The OpenAPI 3.1 document of all operations.
#[must_use]
pub fn openapi_document() -> serde_json::Value {
    openapi::document(&operations(), VERSION)
}
