//! The engine for several nodes: everything in one PostgreSQL database.
//!
//! Any number of processes write at the same time; a partner's batches follow each other by the lock on its stream row.
//! This crate must not know HTTP, the other engine, or any rule of `domain` beyond calling it.

mod accounts;
mod answers;
mod chain;
mod clients;
mod columns;
mod connect;
mod connection_counts;
mod connections;
mod copy_lock;
mod copying;
mod error;
mod figures;
mod grants;
mod history;
mod installation;
mod leases;
mod log_entries;
mod migrations;
mod open;
mod options;
mod outcome;
mod pooling;
mod postgres_storage;
mod readers;
mod reading;
mod sent;
mod server_settings;
mod session;
mod signing_keys;
mod streams;
mod tls;
mod turns;
mod url;
mod wake_ups;
mod write_path;
mod writer;
mod writers;

#[cfg(feature = "testing")]
pub mod testing;

pub use copy_lock::{ServingSession, ServingSessions};
pub use copying::{PostgresSource, PostgresTarget, TargetError};
pub use migrations::SCHEMA_VERSION;
pub use open::{Migrate, NoWriting, OpenError, PostgresStorage, ReadOnlyPostgres, migrate};
pub use options::PostgresOptions;
pub use reading::Postgres;
pub use server_settings::ServerSettings;
pub use tls::TlsError;
pub use url::{PostgresUrl, PostgresUrlError};
pub use writer::Writing;
