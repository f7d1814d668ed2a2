//! One reported step of a connection.

use uuid::Uuid;

use crate::actor::Actor;
use crate::connections::ConnectionStatus;
use crate::json_text::JsonText;
use crate::time::Timestamp;

/// Characters in the name of an event, at most; at least 1.
pub const EVENT_CHARS_MAX: usize = 256;
/// Characters in a description, at most.
pub const DESCRIPTION_CHARS_MAX: usize = 1_000;
/// Levels of nesting in metadata, at most.
pub const METADATA_DEPTH_MAX: usize = 32;
/// Keys in metadata, on all levels together, at most.
pub const METADATA_KEYS_MAX: usize = 256;

/// What a caller reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConnectionEvent {
    /// The connection's new status.
    pub status: ConnectionStatus,
    /// What happened, for programs, such as `signature_required`.
    pub event: String,
    /// What happened, for people.
    pub description: Option<String>,
    /// An object with whatever the caller attaches.
    pub metadata: Option<JsonText>,
}

/// A reported step as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionEvent {
    /// UUIDv7.
    pub id: Uuid,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// Who reported it.
    pub created_by: Actor,
    /// What was reported.
    pub reported: NewConnectionEvent,
}
