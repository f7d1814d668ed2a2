//! The log, as its readers see it.

mod list;

pub use storage::StoredLogEntry;
