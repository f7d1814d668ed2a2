//! Log entries and what they say.

use crate::accounts::Account;
use crate::actor::Actor;
use crate::clients::Client;
use crate::connections::{ConnectionEvent, ConnectionName, Idempotency};
use crate::grants::Grant;
use crate::ids::{AccountId, PartnerId};
use crate::log::Link;
use crate::secret::SealedBytes;
use crate::signing_keys::SigningKeyRecord;
use crate::time::Timestamp;

/// Something that a change says has happened, before it has its place in the log.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Who says so.
    pub actor: Actor,
    /// The account that it is about; the partner's own for what concerns the partner.
    pub account: AccountId,
    /// What happened.
    pub fact: Fact,
}

/// One entry of a partner's log.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// Whose log.
    pub partner: PartnerId,
    /// Place in the log: from 1, without gaps, in commit order.
    pub seq: u64,
    /// When it was recorded; never before the entry ahead of it.
    pub at: Timestamp,
    /// Who says so.
    pub actor: Actor,
    /// What it is about.
    pub subject: Subject,
    /// Its place among the entries of its account or connection.
    pub link: Link,
    /// What happened.
    pub fact: Fact,
}

/// What an entry is about. The entries of one subject form a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject {
    /// The account.
    pub account: AccountId,
    /// The connection of that account, where the entry is about one.
    pub connection: Option<ConnectionName>,
}

/// What happened.
#[derive(Clone, Debug)]
pub enum Fact {
    /// A partner was set up, with its own account and its sealed data key.
    PartnerAdded {
        /// The partner's own account.
        account: Account,
        /// The partner's data key, sealed under the root key.
        data_key: SealedBytes,
    },
    /// A partner got a new account.
    AccountAdded(Account),
    /// A connection event was reported and the connection took its status.
    ConnectionEventRecorded {
        /// The connection.
        connection: ConnectionName,
        /// The connection's version after it.
        version: u64,
        /// The event as the caller was answered.
        event: ConnectionEvent,
        /// The caller's key for repeating the request, with the hash of what it covered.
        idempotency: Option<Idempotency>,
    },
    /// A client was made.
    ClientAdded(Client),
    /// A client was deleted, after its grants.
    ClientDeleted(Client),
    /// A client was granted scopes on an audience.
    GrantAdded(Grant),
    /// A grant was deleted.
    GrantDeleted(Grant),
    /// A key that signs the partner's tokens was made.
    SigningKeyAdded(SigningKeyRecord),
}

/// The kind of a fact, as consumers of the log know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactKind {
    /// [`Fact::PartnerAdded`].
    PartnerAdded,
    /// [`Fact::AccountAdded`].
    AccountAdded,
    /// [`Fact::ConnectionEventRecorded`].
    ConnectionEventRecorded,
    /// [`Fact::ClientAdded`].
    ClientAdded,
    /// [`Fact::ClientDeleted`].
    ClientDeleted,
    /// [`Fact::GrantAdded`].
    GrantAdded,
    /// [`Fact::GrantDeleted`].
    GrantDeleted,
    /// [`Fact::SigningKeyAdded`].
    SigningKeyAdded,
}

impl Fact {
    /// The kind of the fact.
    #[must_use]
    pub fn kind(&self) -> FactKind {
        match self {
            Self::PartnerAdded { .. } => FactKind::PartnerAdded,
            Self::AccountAdded(_) => FactKind::AccountAdded,
            Self::ConnectionEventRecorded { .. } => FactKind::ConnectionEventRecorded,
            Self::ClientAdded(_) => FactKind::ClientAdded,
            Self::ClientDeleted(_) => FactKind::ClientDeleted,
            Self::GrantAdded(_) => FactKind::GrantAdded,
            Self::GrantDeleted(_) => FactKind::GrantDeleted,
            Self::SigningKeyAdded(_) => FactKind::SigningKeyAdded,
        }
    }

    /// Whether someone's rights may be other than they were: what is remembered of them must be looked up again.
    #[must_use]
    pub fn changes_access(&self) -> bool {
        matches!(
            self,
            Self::ClientDeleted(_) | Self::GrantAdded(_) | Self::GrantDeleted(_)
        )
    }

    /// The connection that the fact is about, if any.
    #[must_use]
    pub fn connection(&self) -> Option<ConnectionName> {
        match self {
            Self::ConnectionEventRecorded { connection, .. } => Some(*connection),
            _ => None,
        }
    }
}

impl FactKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::PartnerAdded,
        Self::AccountAdded,
        Self::ConnectionEventRecorded,
        Self::ClientAdded,
        Self::ClientDeleted,
        Self::GrantAdded,
        Self::GrantDeleted,
        Self::SigningKeyAdded,
    ];

    /// The name, as it stands in the log; with `kobling.` ahead of it, the `type` of the CloudEvents made of it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PartnerAdded => "partner.added",
            Self::AccountAdded => "account.added",
            Self::ConnectionEventRecorded => "connection_event.recorded",
            Self::ClientAdded => "client.added",
            Self::ClientDeleted => "client.deleted",
            Self::GrantAdded => "grant.added",
            Self::GrantDeleted => "grant.deleted",
            Self::SigningKeyAdded => "signing_key.added",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
