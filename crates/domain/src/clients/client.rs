//! An API client of an account.

use uuid::Uuid;

use crate::actor::Actor;
use crate::ids::AccountId;
use crate::secret::SecretHash;
use crate::time::Timestamp;

/// A program that gets tokens with a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The entity's id, UUIDv7: what grants refer to, `sub` of its tokens, and what stands in `created_by`.
    pub id: Uuid,
    /// The account that it belongs to.
    pub account: AccountId,
    /// Its user name in a token request; unique within the partner.
    pub client_id: String,
    /// What it is called.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Where a browser may be sent back to.
    pub callbacks: Option<Vec<String>>,
    /// What is kept of its secret.
    pub secret: SecretHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Actor,
}
