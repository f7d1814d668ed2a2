//! The rows that a batch of changes looks at and alters.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::Hash;

use uuid::Uuid;

use crate::accounts::{Account, AccountState};
use crate::clients::Client;
use crate::connections::{Answer, Connection, ConnectionName, IdempotencyHash};
use crate::grants::Grant;
use crate::ids::{AccountId, PartnerId};
use crate::log::{Draft, Fact, Link, LogEntry, Subject};
use crate::secret::SealedBytes;
use crate::signing_keys::SigningKeyRecord;
use crate::time::Timestamp;

/// The rows that a batch names, to be read before deciding. Ordered, so that every engine locks in the same order.
#[derive(Debug, Default)]
pub struct Needs {
    /// Stream rows; those of the changes' own partners are added by themselves.
    pub streams: BTreeSet<PartnerId>,
    /// Account states.
    pub accounts: BTreeSet<AccountId>,
    /// Connections.
    pub connections: BTreeSet<(AccountId, ConnectionName)>,
    /// Answers that were given under an idempotency key.
    pub answers: BTreeSet<(PartnerId, IdempotencyHash)>,
    /// Clients by their `id`, each with all of its grants.
    pub clients: BTreeSet<(PartnerId, Uuid)>,
    /// Which client has this `client_id`.
    pub client_ids: BTreeSet<(PartnerId, String)>,
    /// Single grants by their `id`.
    pub grants: BTreeSet<(PartnerId, Uuid)>,
    /// All signing keys of these partners.
    pub signing_keys: BTreeSet<PartnerId>,
}

/// The rows themselves, each by its key, with a mark on those that changed.
#[derive(Debug, Default)]
pub struct View {
    /// The partners' stream rows.
    pub streams: Rows<PartnerId, Stream>,
    /// Account states.
    pub accounts: Rows<AccountId, AccountState>,
    /// Accounts added by this batch, whole.
    pub accounts_added: Vec<Account>,
    /// Connections.
    pub connections: Rows<(AccountId, ConnectionName), Connection>,
    /// Answers that were given under an idempotency key.
    pub answers: Rows<(PartnerId, IdempotencyHash), Answer>,
    /// Clients by their `id`.
    pub clients: Rows<(PartnerId, Uuid), Client>,
    /// The `id` of the client with this `client_id`; a look-up, never written by itself.
    pub client_ids: Rows<(PartnerId, String), Uuid>,
    /// Grants by their `id`.
    pub grants: Rows<(PartnerId, Uuid), Grant>,
    /// Signing keys by their `kid`.
    pub signing_keys: Rows<(PartnerId, String), SigningKeyRecord>,
}

/// The one row of a partner that is locked for every change of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// `seq` of the last entry.
    pub last_seq: u64,
    /// Time of the last entry.
    pub last_at: Timestamp,
    /// Moves with every change of access.
    pub auth_epoch: u64,
    /// The highest account number given so far.
    pub last_account_number: u32,
    /// The partner's data key, sealed under the root key.
    pub data_key: SealedBytes,
}

/// Rows of one table by key. A key that was read and not found is known to be absent.
pub struct Rows<K, V> {
    rows: HashMap<K, Slot<V>>,
}

struct Slot<V> {
    value: Option<V>,
    changed: bool,
}

impl<K: Eq + Hash + fmt::Debug, V> Rows<K, V> {
    /// Takes in what was read: the row, or that there is none.
    pub fn load(&mut self, key: K, value: Option<V>) {
        self.rows.insert(
            key,
            Slot {
                value,
                changed: false,
            },
        );
    }

    /// The row, as earlier changes of the batch left it.
    pub fn get(&self, key: &K) -> Option<&V> {
        debug_assert!(
            self.rows.contains_key(key),
            "{key:?} was looked at and not among the needs"
        );
        self.rows.get(key).and_then(|slot| slot.value.as_ref())
    }

    /// All rows that are there.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.rows
            .iter()
            .filter_map(|(key, slot)| slot.value.as_ref().map(|value| (key, value)))
    }

    /// The rows that changed, in their final state; `None` where the row is to be deleted.
    pub fn changed(&self) -> impl Iterator<Item = (&K, Option<&V>)> {
        self.rows
            .iter()
            .filter(|(_, slot)| slot.changed)
            .map(|(key, slot)| (key, slot.value.as_ref()))
    }

    /// All rows that were read or changed, in their final state; `None` where there is none.
    pub fn into_values(self) -> impl Iterator<Item = (K, Option<V>)> {
        self.rows.into_iter().map(|(key, slot)| (key, slot.value))
    }

    fn put(&mut self, key: K, value: V) {
        self.rows.insert(
            key,
            Slot {
                value: Some(value),
                changed: true,
            },
        );
    }

    fn remove(&mut self, key: K) {
        self.rows.insert(
            key,
            Slot {
                value: None,
                changed: true,
            },
        );
    }

    fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let slot = self.rows.get_mut(key)?;
        slot.changed = slot.value.is_some();
        slot.value.as_mut()
    }
}

impl<K, V> Default for Rows<K, V> {
    fn default() -> Self {
        Self {
            rows: HashMap::new(),
        }
    }
}

impl<K, V> fmt::Debug for Rows<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rows({})", self.rows.len())
    }
}

impl View {
    /// The moment of the partner's next entry: the present, but never before its last entry.
    #[must_use]
    pub fn moment(&self, partner: PartnerId, now: Timestamp) -> Timestamp {
        self.streams
            .get(&partner)
            .map_or(now, |stream| stream.last_at.max(now))
    }

    /// Gives the draft the partner's next place in the log and lets the rows follow from it.
    pub(crate) fn append(&mut self, partner: PartnerId, draft: Draft, at: Timestamp) -> LogEntry {
        if let Fact::PartnerAdded { data_key, .. } = &draft.fact {
            self.streams.put(partner, Stream::new(data_key.clone()));
        }
        let seq = match self.streams.get_mut(&partner) {
            Some(stream) => stream.next(at, &draft.fact),
            None => 0,
        };
        let subject = Subject {
            account: draft.account,
            connection: draft.fact.connection(),
        };
        self.apply(partner, seq, at, &draft);
        let link = self.link(subject, seq);
        LogEntry {
            partner,
            seq,
            at,
            actor: draft.actor,
            subject,
            link,
            fact: draft.fact,
        }
    }

    /// Lets the rows follow from a fact.
    fn apply(&mut self, partner: PartnerId, seq: u64, at: Timestamp, draft: &Draft) {
        match &draft.fact {
            Fact::PartnerAdded { account, .. } | Fact::AccountAdded(account) => {
                self.accounts.put(account.id, AccountState::default());
                self.accounts_added.push(account.clone());
                if let Some(stream) = self.streams.get_mut(&partner) {
                    stream.last_account_number =
                        stream.last_account_number.max(account.id.number());
                }
            }
            Fact::ConnectionEventRecorded {
                connection,
                event,
                version,
                idempotency,
            } => {
                self.apply_event(draft.account, *connection, event, at);
                if let Some(key) = idempotency {
                    let answer = Answer::new(key, seq, *version, at, event.clone());
                    self.answers.put((partner, key.key), answer);
                }
            }
            Fact::ClientAdded(client) => {
                self.client_ids
                    .put((partner, client.client_id.clone()), client.id);
                self.clients.put((partner, client.id), client.clone());
            }
            Fact::ClientDeleted(client) => {
                self.client_ids.remove((partner, client.client_id.clone()));
                self.clients.remove((partner, client.id));
            }
            Fact::GrantAdded(grant) => self.grants.put((partner, grant.id), grant.clone()),
            Fact::GrantDeleted(grant) => self.grants.remove((partner, grant.id)),
            Fact::SigningKeyAdded(key) => {
                self.signing_keys
                    .put((partner, key.kid.clone()), key.clone());
            }
        }
    }

    fn apply_event(
        &mut self,
        account: AccountId,
        name: ConnectionName,
        event: &crate::connections::ConnectionEvent,
        at: Timestamp,
    ) {
        match self.connections.get_mut(&(account, name)) {
            Some(connection) => connection.take(event, at),
            None => self
                .connections
                .put((account, name), Connection::begun_by(event, at)),
        }
    }

    /// Appends to the chain of the entry's subject.
    fn link(&mut self, subject: Subject, seq: u64) -> Link {
        let chain = match subject.connection {
            Some(name) => self
                .connections
                .get_mut(&(subject.account, name))
                .map(|row| &mut row.chain),
            None => self
                .accounts
                .get_mut(&subject.account)
                .map(|row| &mut row.chain),
        };
        chain.map_or(
            Link {
                index: 0,
                previous_seq: None,
                jump_seq: None,
            },
            |chain| chain.append(seq),
        )
    }
}

impl Stream {
    /// The stream of a partner without entries.
    #[must_use]
    pub fn new(data_key: SealedBytes) -> Self {
        Self {
            last_seq: 0,
            last_at: Timestamp::from_millis(0),
            auth_epoch: 1,
            last_account_number: 0,
            data_key,
        }
    }

    /// Takes the next place in the log.
    fn next(&mut self, at: Timestamp, fact: &Fact) -> u64 {
        self.last_seq += 1;
        self.last_at = at;
        if fact.changes_access() {
            self.auth_epoch += 1;
        }
        self.last_seq
    }
}
