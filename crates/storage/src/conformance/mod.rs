//! The suite that every engine passes, written once against `dyn Storage`.
//!
//! An engine's test file says how to make a fresh database and calls [`conformance_suite!`](crate::conformance_suite);
//! each behaviour becomes a test of its own name. Nothing here knows an engine. A new behaviour is a `pub async fn` in
//! the file of its noun and a line in `suite.rs`.

#![cfg(feature = "conformance")]
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "these are tests, in a library so that every engine can run them"
)]

mod database;
mod model;
mod sources;
mod suite;
mod texts;
mod wishes;

pub mod access;
pub mod accounts;
pub mod clients;
pub mod concurrency;
pub mod connections;
pub mod entries;
pub mod events;
pub mod grants;
pub mod history;
pub mod idempotency;
pub mod installation;
pub mod leases;
pub mod log;
pub mod properties;
pub mod signing_keys;
pub mod writing;

pub use database::{Fresh, TestDatabase, check, outcome};
pub use sources::{SeededEntropy, SteppingClock};
