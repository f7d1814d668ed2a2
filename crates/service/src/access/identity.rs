//! A caller that was recognised by its token.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use domain::{AccountId, Actor, Caller, PartnerId, Scopes, Timestamp};
use uuid::Uuid;

/// SHA-256 of a token's text, so that memory holds no tokens.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TokenHash([u8; 32]);

/// A caller that was recognised, with the rights it has at an auth epoch.
#[derive(Clone, Debug)]
pub struct Identity {
    pub(crate) remembered: Arc<Remembered>,
    pub(crate) token: TokenHash,
}

/// A verified token and the rights that come of it.
#[derive(Clone, Debug)]
pub(crate) struct Remembered {
    /// The token's `sub`.
    pub(crate) client: Uuid,
    /// The same as it stands in `created_by`.
    pub(crate) actor: Actor,
    /// The account that the token's audience names.
    pub(crate) account: AccountId,
    /// The scopes in the token.
    pub(crate) token_scopes: Scopes,
    /// The token's `exp`.
    pub(crate) expires_at: Timestamp,
    /// The epoch at which the rights were looked up.
    pub(crate) auth_epoch: u64,
    /// What of the token's scopes is still granted.
    pub(crate) scopes: Scopes,
}

impl TokenHash {
    pub(crate) fn of(token: &str) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        Self(hash)
    }
}

impl Identity {
    /// The account that the caller acts as: a partner's own account, or a merchant's.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.remembered.account
    }

    /// The partner of that account.
    #[must_use]
    pub fn partner(&self) -> PartnerId {
        self.remembered.account.partner()
    }

    /// The `id` of the client.
    #[must_use]
    pub fn client(&self) -> Uuid {
        self.remembered.client
    }

    /// What the caller holds.
    #[must_use]
    pub fn scopes(&self) -> Scopes {
        self.remembered.scopes
    }

    /// The caller as a change knows it.
    pub(crate) fn caller(&self) -> Caller {
        Caller {
            actor: self.remembered.actor.clone(),
            auth_epoch: Some(self.remembered.auth_epoch),
        }
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}
