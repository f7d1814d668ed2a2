//! The embedded engine: everything in one SQLite file and its write-ahead log.
//!
//! One writer at a time, readers beside it, and a background thread that carries the log back into the file. This crate
//! must not know HTTP, the other engine, or any rule of `domain` beyond calling it.

mod accounts;
mod answers;
mod chain;
mod clients;
mod columns;
mod connect;
mod connections;
mod error;
mod figures;
mod grants;
mod installation;
mod log_entries;
mod migrations;
mod others;
mod query;
mod readers;
mod remembered_rows;
mod serve_lock;
mod signing_keys;
mod sqlite_storage;
mod streams;
mod wal;
mod writer;

pub use connect::{OpenError, SqliteOptions};
pub use serve_lock::{ServeLock, ServeLockError};
pub use sqlite_storage::SqliteStorage;
