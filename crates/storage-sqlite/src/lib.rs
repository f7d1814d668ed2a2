//! The embedded engine: everything in one SQLite file and its write-ahead log.
//!
//! One writer at a time, readers beside it, and a background thread that carries the log back into the file. This crate
//! must not know HTTP, the other engine, or any rule of `domain` beyond calling it.

mod accounts;
mod answers;
mod backup;
mod chain;
mod checksum;
mod clients;
mod columns;
mod connect;
mod connections;
mod contents;
mod copying;
mod error;
mod examination;
mod existing;
mod figures;
mod grants;
mod installation;
mod leases;
mod log_entries;
mod migrations;
mod older_schema;
mod others;
mod place;
mod query;
mod read_only;
mod readers;
mod reading;
mod remembered_rows;
mod room;
mod serve_lock;
mod signing_keys;
mod sqlite_storage;
mod streams;
mod verify;
mod wal;
mod wal_damage;
mod watch;
mod writer;

pub use backup::{BackupError, copy_to};
pub use connect::{OpenError, SqliteOptions};
pub use contents::{Contents, PartnerLog};
pub use copying::{SourceError, SqliteSource, SqliteTarget, TargetError};
pub use examination::Examination;
pub use existing::{ExistingError, beside};
pub use migrations::SCHEMA_VERSION;
pub use read_only::{NoWriting, ReadOnlyError, ReadOnlySqlite};
pub use reading::Sqlite;
pub use serve_lock::{ServeLock, ServeLockError};
pub use sqlite_storage::{SqliteStorage, Writing};
pub use verify::{VerifyError, look, pages_alone, verify};
pub use wal_damage::{WalDamage, refuse_damaged_wal};
pub use watch::{Stage, Watch};

/// The version of SQLite that is built in.
#[must_use]
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}
