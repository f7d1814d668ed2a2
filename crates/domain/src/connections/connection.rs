//! The state of a connection: what its events have made of it.

use crate::actor::Actor;
use crate::connections::{ConnectionEvent, ConnectionStatus};
use crate::log::Chain;
use crate::time::Timestamp;

/// One account's relation to one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The status last reported.
    pub status: ConnectionStatus,
    /// When the connection began.
    pub created_at: Timestamp,
    /// Who began it.
    pub created_by: Actor,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The log entries about it. Every change of the connection is one, so their number is its version.
    pub chain: Chain,
}

impl Connection {
    /// Number of changes so far; the `ETag`, and what a consumer compares to drop old news.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.chain.length()
    }

    /// The connection that a first event begins, before the event is in its chain.
    pub(crate) fn begun_by(event: &ConnectionEvent, at: Timestamp) -> Self {
        Self {
            status: event.reported.status,
            created_at: at,
            created_by: event.created_by.clone(),
            updated_at: at,
            chain: Chain::default(),
        }
    }

    /// Takes the status of a further event.
    pub(crate) fn take(&mut self, event: &ConnectionEvent, at: Timestamp) {
        self.status = event.reported.status;
        self.updated_at = at;
    }
}
