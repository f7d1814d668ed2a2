//! Taking a grant back. Tokens already issued keep only what is still granted.

use thiserror::Error;
use uuid::Uuid;

use crate::actor::{Caller, CallerStale, MayBeStale};
use crate::change::{Decide, Decided};
use crate::grants::Grant;
use crate::ids::{AccountId, PartnerId};
use crate::log::{Draft, Fact};
use crate::time::Timestamp;
use crate::view::{Needs, View};

/// A caller's wish to delete a grant of one of an account's clients.
#[derive(Clone, Debug)]
pub struct DeleteGrant {
    /// Who deletes it.
    pub caller: Caller,
    /// The account that the grant's client must belong to.
    pub account: AccountId,
    /// The `id` of the grant.
    pub grant: Uuid,
}

/// Why a grant was not deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DeleteGrantRefused {
    /// The caller's rights must be looked up again.
    #[error(transparent)]
    CallerStale(#[from] CallerStale),
    /// The account has no such grant.
    #[error("there is no such grant")]
    NoSuchGrant,
}

impl MayBeStale for DeleteGrantRefused {
    fn is_stale(&self) -> bool {
        matches!(self, Self::CallerStale(_))
    }
}

impl Decide for DeleteGrant {
    /// The grant as it was, and when it ended.
    type Done = (Grant, Timestamp);
    type Refused = DeleteGrantRefused;

    fn partner(&self) -> PartnerId {
        self.account.partner()
    }

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account);
        needs.grants.insert((self.partner(), self.grant));
    }

    fn decide(
        &self,
        view: &View,
        at: Timestamp,
    ) -> Result<Decided<Self::Done>, DeleteGrantRefused> {
        self.caller.require_current(view, self.partner())?;
        let grant = view
            .grants
            .get(&(self.partner(), self.grant))
            .filter(|grant| grant.account == self.account)
            .ok_or(DeleteGrantRefused::NoSuchGrant)?;
        let fact = Fact::GrantDeleted(grant.clone());
        let draft = Draft {
            actor: self.caller.actor.clone(),
            account: self.account,
            fact,
        };
        Ok(Decided {
            done: (grant.clone(), at),
            drafts: vec![draft],
        })
    }
}
