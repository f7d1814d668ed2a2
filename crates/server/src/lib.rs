//! The parts of the binary `kobling`, so that tests run exactly what the binary runs.
//!
//! The only place that knows all implementations. It must not hold rules, SQL or HTTP bodies.

pub mod application;
pub mod commands;
pub mod config;
pub mod http;
pub mod logging;
pub mod metrics;
pub mod observability;
pub mod observability_args;
pub mod otlp;
pub mod root_key;
pub mod tls;

mod background;

/// Requests and batches allocate on different threads; this allocator lets them do so with less waiting.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
