//! The operation the project exists for: a connection takes the status reported, and the event stays in its history.

use thiserror::Error;

use crate::actor::{Caller, CallerStale, MayBeStale};
use crate::change::{Decide, Decided};
use crate::connections::{
    Connection, ConnectionEvent, ConnectionName, Idempotency, NewConnectionEvent,
};
use crate::entropy::IdSeed;
use crate::ids::{AccountId, PartnerId};
use crate::log::{Draft, Fact};
use crate::time::Timestamp;
use crate::view::{Needs, View};

/// A caller's wish to record one step of a connection.
#[derive(Clone, Debug)]
pub struct RecordEvent {
    /// Who reports.
    pub caller: Caller,
    /// Whose connection.
    pub account: AccountId,
    /// Which connection.
    pub connection: ConnectionName,
    /// What is reported.
    pub event: NewConnectionEvent,
    /// The random part of the event's id.
    pub id_seed: IdSeed,
    /// Record only if the connection is at one of these versions.
    pub only_if: Option<Precondition>,
    /// Record only once under this key.
    pub idempotency: Option<Idempotency>,
}

/// Which states of a connection the caller accepts (`If-Match`, RFC 9110 section 13.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Precondition {
    /// Any, so long as the connection exists (`*`).
    Exists,
    /// One of these versions.
    Version(Vec<u64>),
}

/// An event was recorded, now or by an earlier request under the same idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecorded {
    /// The event.
    pub event: ConnectionEvent,
    /// The connection's version after it.
    pub version: u64,
    /// Whether this repeats an earlier answer.
    pub replayed: bool,
}

/// Why an event was not recorded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordEventRefused {
    /// The caller's rights must be looked up again.
    #[error(transparent)]
    CallerStale(#[from] CallerStale),
    /// The idempotency key came before with another body.
    #[error("the idempotency key was used before with another body")]
    IdempotencyKeyReused,
    /// There is no such account, or it was deleted.
    #[error("there is no such account")]
    NoSuchAccount,
    /// The connection is at another version than the caller expects.
    #[error("the connection is not at the version expected")]
    VersionMismatch {
        /// The version it is at; none where the connection does not exist yet.
        present: Option<u64>,
    },
}

impl MayBeStale for RecordEventRefused {
    fn is_stale(&self) -> bool {
        matches!(self, Self::CallerStale(_))
    }
}

impl Decide for RecordEvent {
    type Done = EventRecorded;
    type Refused = RecordEventRefused;

    fn partner(&self) -> PartnerId {
        self.account.partner()
    }

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account);
        needs.connections.insert((self.account, self.connection));
        if let Some(idempotency) = &self.idempotency {
            needs.answers.insert((self.partner(), idempotency.key));
        }
    }

    fn decide(
        &self,
        view: &View,
        at: Timestamp,
    ) -> Result<Decided<EventRecorded>, RecordEventRefused> {
        self.caller.require_current(view, self.partner())?;
        if let Some(earlier) = self.earlier_answer(view, at)? {
            return Ok(Decided {
                done: earlier,
                drafts: Vec::new(),
            });
        }
        match view.accounts.get(&self.account) {
            Some(account) if !account.is_deleted() => {}
            _ => return Err(RecordEventRefused::NoSuchAccount),
        }
        let connection = view.connections.get(&(self.account, self.connection));
        self.require_version(connection)?;
        Ok(self.record(connection, at))
    }
}

impl RecordEvent {
    /// The answer given before under the same idempotency key, if it is still kept.
    fn earlier_answer(
        &self,
        view: &View,
        at: Timestamp,
    ) -> Result<Option<EventRecorded>, RecordEventRefused> {
        let Some(idempotency) = &self.idempotency else {
            return Ok(None);
        };
        let earlier = view.answers.get(&(self.partner(), idempotency.key));
        let Some(earlier) = earlier.filter(|answer| answer.is_kept_at(at)) else {
            return Ok(None);
        };
        if earlier.request != idempotency.request {
            return Err(RecordEventRefused::IdempotencyKeyReused);
        }
        Ok(Some(EventRecorded {
            event: earlier.event.clone(),
            version: earlier.version,
            replayed: true,
        }))
    }

    fn require_version(&self, connection: Option<&Connection>) -> Result<(), RecordEventRefused> {
        let present = connection.map(Connection::version);
        let accepted = match (&self.only_if, present) {
            (None, _) | (Some(Precondition::Exists), Some(_)) => true,
            (Some(Precondition::Version(versions)), Some(version)) => versions.contains(&version),
            (Some(_), None) => false,
        };
        if accepted {
            Ok(())
        } else {
            Err(RecordEventRefused::VersionMismatch { present })
        }
    }

    fn record(&self, connection: Option<&Connection>, at: Timestamp) -> Decided<EventRecorded> {
        let version = connection.map_or(0, Connection::version) + 1;
        let event = ConnectionEvent {
            id: self.id_seed.id_at(at),
            created_at: at,
            created_by: self.caller.actor.clone(),
            reported: self.event.clone(),
        };
        let fact = Fact::ConnectionEventRecorded {
            connection: self.connection,
            version,
            event: event.clone(),
            idempotency: self.idempotency,
        };
        let draft = Draft {
            actor: self.caller.actor.clone(),
            account: self.account,
            fact,
        };
        Decided {
            done: EventRecorded {
                event,
                version,
                replayed: false,
            },
            drafts: vec![draft],
        }
    }
}
