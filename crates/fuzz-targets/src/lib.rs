//! What must hold for whatever bytes a caller sends: each target takes bytes and panics where a promise is broken.
//!
//! The fuzzers in `fuzz/` call these functions with bytes that they make up, the ordinary tests with the bytes that
//! are committed there. This crate must not know how anything is read, only what comes of it.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a target fails by panicking"
)]

mod authorization;
mod event_body;
mod if_match;
mod path_ids;
mod query;
mod refusals;
mod token_request;

/// A function that is tried with any bytes.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name: that of its file in `fuzz/fuzz_targets` and of its folders in `fuzz/seeds` and `fuzz/corpus`.
    pub name: &'static str,
    /// What is tried.
    pub run: fn(&[u8]),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target {
        name: "authorization",
        run: authorization::run,
    },
    Target {
        name: "event_body",
        run: event_body::run,
    },
    Target {
        name: "if_match",
        run: if_match::run,
    },
    Target {
        name: "path_ids",
        run: path_ids::run,
    },
    Target {
        name: "query",
        run: query::run,
    },
    Target {
        name: "token_request",
        run: token_request::run,
    },
];

/// Runs the target of this name.
///
/// # Panics
/// There is none, or it broke a promise.
pub fn run(name: &str, bytes: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.expect("a target of this name").run)(bytes);
}
