//! A partner's log: its entries, what they say, and how each is linked to earlier ones.

mod chain;
mod entry;

pub use chain::{Chain, Link, jump_index};
pub use entry::{Draft, Fact, FactKind, LogEntry, Subject};
