//! Connections as they stand now.

mod find;
mod list;
mod remembered;

pub use find::FoundConnection;
pub(crate) use remembered::RememberedConnections;
pub use remembered::{Place, RememberedConnection};
pub use storage::{ConnectionWithEvents, NamedConnection};

/// Events that come with a connection: its newest, at most.
pub const EVENTS_EMBEDDED_MAX: usize = 100;
