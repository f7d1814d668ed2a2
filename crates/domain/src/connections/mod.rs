//! Connections: one account's relation to one provider, its status, and the events reported about it.

mod connection;
mod event;
mod idempotency;
mod name;
mod record_event;
mod status;

pub use connection::Connection;
pub use event::{
    ConnectionEvent, DESCRIPTION_CHARS_MAX, EVENT_CHARS_MAX, METADATA_DEPTH_MAX, METADATA_KEYS_MAX,
    NewConnectionEvent,
};
pub use idempotency::{Answer, IDEMPOTENCY_RETENTION, Idempotency, IdempotencyHash, RequestHash};
pub use name::{
    ACCEPTED_NAMES, ConnectionName, ConnectionNameError, PAYEX_DEPRECATED_NAME, Provider,
    SIGNUP_FORMS,
};
pub use record_event::{EventRecorded, Precondition, RecordEvent, RecordEventRefused};
pub use status::{ConnectionStatus, UnknownStatus};
