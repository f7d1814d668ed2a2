//! Repeating a request: the same key with the same bytes gets the first answer again.

use std::time::Duration;

use crate::connections::ConnectionEvent;
use crate::time::Timestamp;

/// How long an answer is kept under its key.
pub const IDEMPOTENCY_RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

/// Hash over what an idempotency key is unique within: client, canonical operation and the key itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyHash(pub [u8; 32]);

/// Hash over the bytes of a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestHash(pub [u8; 32]);

/// The caller's wish that repeating the request does nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idempotency {
    /// Which key.
    pub key: IdempotencyHash,
    /// What it was sent with.
    pub request: RequestHash,
}

/// An answer that was given under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What the key was sent with.
    pub request: RequestHash,
    /// The log entry that came of it.
    pub seq: u64,
    /// The connection's version after it.
    pub version: u64,
    /// When it was given.
    pub at: Timestamp,
    /// The event as it was answered.
    pub event: ConnectionEvent,
}

impl Answer {
    /// The answer given under a key.
    #[must_use]
    pub fn new(
        key: &Idempotency,
        seq: u64,
        version: u64,
        at: Timestamp,
        event: ConnectionEvent,
    ) -> Self {
        Self {
            request: key.request,
            seq,
            version,
            at,
            event,
        }
    }

    /// Whether the answer is still kept at that moment.
    #[must_use]
    pub fn is_kept_at(&self, moment: Timestamp) -> bool {
        moment < self.at.plus(IDEMPOTENCY_RETENTION)
    }
}
