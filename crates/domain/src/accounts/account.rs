//! An account: who it belongs to, what was said about it, and whether it still stands.

use uuid::Uuid;

use crate::actor::Actor;
use crate::ids::AccountId;
use crate::json_text::JsonText;
use crate::log::Chain;
use crate::time::Timestamp;

/// A merchant's account, or the partner's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Such as `T11200001`.
    pub id: AccountId,
    /// The entity's own id, UUIDv7.
    pub uuid: Uuid,
    /// What was said about the account: the contract's writable fields that were given, as one JSON object.
    pub document: JsonText,
    /// Whether the account may be used.
    pub active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Actor,
    /// When it last changed; connections are not a change of the account.
    pub updated_at: Timestamp,
    /// When and by whom it was deleted.
    pub deletion: Option<Deletion>,
}

/// The end of an account, which stays readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
}

/// What a change must know of an account that it does not read whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountState {
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// The log entries about the account that are not about one of its connections.
    pub chain: Chain,
}

impl AccountState {
    /// Whether the account was deleted.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}
