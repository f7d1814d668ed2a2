//! The whole application through its front door: one binary, a module for each noun.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]

mod support;

mod access;
mod accounts;
mod bad_input;
mod browsers;
mod commands;
mod conditions;
mod configuration;
mod connection_events;
mod connection_names;
mod crash;
mod database_trouble;
mod documents;
mod flood;
mod hostile;
mod http2;
mod idempotency;
mod jobs;
mod limits;
mod load;
mod log;
mod nodes;
mod observability;
mod operations;
mod refusal_order;
mod tls;
mod trouble;
