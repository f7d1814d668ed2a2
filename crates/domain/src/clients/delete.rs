//! Deleting a client, and with it its grants and tokens.

use thiserror::Error;
use uuid::Uuid;

use crate::actor::{Caller, CallerStale, MayBeStale};
use crate::change::{Decide, Decided};
use crate::clients::Client;
use crate::grants::Grant;
use crate::ids::{AccountId, PartnerId};
use crate::log::{Draft, Fact};
use crate::time::Timestamp;
use crate::view::{Needs, View};

/// A caller's wish to delete a client of an account.
#[derive(Clone, Debug)]
pub struct DeleteClient {
    /// Who deletes it.
    pub caller: Caller,
    /// The account that it must belong to.
    pub account: AccountId,
    /// The `id` of the client.
    pub client: Uuid,
}

/// Why a client was not deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DeleteClientRefused {
    /// The caller's rights must be looked up again.
    #[error(transparent)]
    CallerStale(#[from] CallerStale),
    /// The account has no such client.
    #[error("there is no such client")]
    NoSuchClient,
}

impl MayBeStale for DeleteClientRefused {
    fn is_stale(&self) -> bool {
        matches!(self, Self::CallerStale(_))
    }
}

impl Decide for DeleteClient {
    /// The client as it was, and when it ended.
    type Done = (Client, Timestamp);
    type Refused = DeleteClientRefused;

    fn partner(&self) -> PartnerId {
        self.account.partner()
    }

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account);
        needs.clients.insert((self.partner(), self.client));
    }

    fn decide(
        &self,
        view: &View,
        at: Timestamp,
    ) -> Result<Decided<Self::Done>, DeleteClientRefused> {
        self.caller.require_current(view, self.partner())?;
        let client = view
            .clients
            .get(&(self.partner(), self.client))
            .filter(|client| client.account == self.account)
            .ok_or(DeleteClientRefused::NoSuchClient)?;
        let all = view.grants.iter().map(|(_, grant)| grant);
        let mut grants: Vec<&Grant> = all.filter(|grant| grant.client == client.id).collect();
        grants.sort_by_key(|grant| grant.id);
        let grants = grants.into_iter().cloned();
        let mut facts: Vec<Fact> = grants.map(Fact::GrantDeleted).collect();
        facts.push(Fact::ClientDeleted(client.clone()));
        let draft = |fact| Draft {
            actor: self.caller.actor.clone(),
            account: self.account,
            fact,
        };
        let drafts = facts.into_iter().map(draft).collect();
        Ok(Decided {
            done: (client.clone(), at),
            drafts,
        })
    }
}
