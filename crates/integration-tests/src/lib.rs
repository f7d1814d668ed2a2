//! What the tests of the whole application share with the binaries `crash`, `flood`, `contract`, `failover` and `fill`: the
//! program as a process, the crash test, the flood, the contract test, the failover test, files full of events, and
//! numbers by chance that a seed repeats.
//!
//! The tests themselves are in `tests/it`. This crate must not know how anything is done, only what comes of it.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    missing_docs,
    reason = "tests fail by panicking"
)]

pub mod contract;
pub mod crash;
pub mod database;
pub mod database_server;
mod dice;
pub mod failover;
pub mod filling;
pub mod flood;
mod histories;
pub mod pooler;
pub mod process;
mod target;

pub use dice::{Dice, SeededEntropy};
