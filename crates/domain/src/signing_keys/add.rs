//! Keeping a new signing key, unless the partner has one for the algorithm.

use thiserror::Error;

use crate::actor::{Actor, Caller, CallerStale, MayBeStale};
use crate::change::{Decide, Decided};
use crate::ids::PartnerId;
use crate::json_text::JsonText;
use crate::log::{Draft, Fact};
use crate::secret::SealedBytes;
use crate::time::Timestamp;
use crate::view::{Needs, View};

/// A key that signs a partner's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyRecord {
    /// Names the key in the header of a token (RFC 7515, `kid`).
    pub kid: String,
    /// The JWS algorithm (RFC 7518), such as `RS256`.
    pub algorithm: String,
    /// The public half as a JWK (RFC 7517).
    pub public_jwk: JsonText,
    /// The private half, sealed under the partner's data key.
    pub private_key: SealedBytes,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Actor,
}

/// The wish that a partner has a key for an algorithm.
#[derive(Clone, Debug)]
pub struct AddSigningKey {
    /// Who wants it.
    pub caller: Caller,
    /// Whose key.
    pub partner: PartnerId,
    /// Names the key.
    pub kid: String,
    /// The algorithm.
    pub algorithm: String,
    /// The public half as a JWK.
    pub public_jwk: JsonText,
    /// The private half, sealed under the partner's data key.
    pub private_key: SealedBytes,
}

/// Why a key was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddSigningKeyRefused {
    /// The caller's rights must be looked up again.
    #[error(transparent)]
    CallerStale(#[from] CallerStale),
    /// The partner was never set up.
    #[error("there is no such partner")]
    NoSuchPartner,
}

impl MayBeStale for AddSigningKeyRefused {
    fn is_stale(&self) -> bool {
        matches!(self, Self::CallerStale(_))
    }
}

impl Decide for AddSigningKey {
    /// The partner's key for the algorithm: the new one, or the one that another node made first.
    type Done = SigningKeyRecord;
    type Refused = AddSigningKeyRefused;

    fn partner(&self) -> PartnerId {
        self.partner
    }

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.partner.own_account());
        needs.signing_keys.insert(self.partner);
    }

    fn decide(
        &self,
        view: &View,
        at: Timestamp,
    ) -> Result<Decided<Self::Done>, AddSigningKeyRefused> {
        self.caller.require_current(view, self.partner)?;
        if view.streams.get(&self.partner).is_none() {
            return Err(AddSigningKeyRefused::NoSuchPartner);
        }
        let of_partner = view
            .signing_keys
            .iter()
            .filter(|((partner, _), _)| *partner == self.partner);
        let standing = of_partner
            .map(|(_, key)| key)
            .find(|key| key.algorithm == self.algorithm);
        if let Some(standing) = standing {
            return Ok(Decided {
                done: standing.clone(),
                drafts: Vec::new(),
            });
        }
        let key = SigningKeyRecord {
            kid: self.kid.clone(),
            algorithm: self.algorithm.clone(),
            public_jwk: self.public_jwk.clone(),
            private_key: self.private_key.clone(),
            created_at: at,
            created_by: self.caller.actor.clone(),
        };
        let fact = Fact::SigningKeyAdded(key.clone());
        let account = self.partner.own_account();
        let draft = Draft {
            actor: self.caller.actor.clone(),
            account,
            fact,
        };
        Ok(Decided {
            done: key,
            drafts: vec![draft],
        })
    }
}
