//! Granting scopes to a client.

use thiserror::Error;
use uuid::Uuid;

use crate::actor::{Caller, CallerStale, MayBeStale};
use crate::change::{Decide, Decided};
use crate::entropy::IdSeed;
use crate::grants::{Grant, GrantType};
use crate::ids::{AccountId, PartnerId};
use crate::log::{Draft, Fact};
use crate::scopes::Scopes;
use crate::time::Timestamp;
use crate::view::{Needs, View};

/// Grants that one client can have.
pub const GRANTS_PER_CLIENT_MAX: usize = 100;

/// A caller's wish to grant scopes to a client of an account.
#[derive(Clone, Debug)]
pub struct AddGrant {
    /// Who grants.
    pub caller: Caller,
    /// The account that the client must belong to.
    pub account: AccountId,
    /// The `id` of the client.
    pub client: Uuid,
    /// The audience as it was given.
    pub audience: String,
    /// The account that the audience names.
    pub audience_account: AccountId,
    /// The scopes.
    pub scopes: Scopes,
    /// Which kinds of token request it serves.
    pub grant_type: GrantType,
    /// The random part of its `id`.
    pub id_seed: IdSeed,
}

/// Why a grant was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddGrantRefused {
    /// The caller's rights must be looked up again.
    #[error(transparent)]
    CallerStale(#[from] CallerStale),
    /// The account has no such client.
    #[error("there is no such client")]
    NoSuchClient,
    /// The audience names an account that does not exist under this partner; nobody looks at those of others.
    #[error("the audience names an account that does not exist")]
    NoSuchAudience,
    /// The client has as many grants as it can have.
    #[error("a client has at most {GRANTS_PER_CLIENT_MAX} grants")]
    TooManyGrants,
}

impl MayBeStale for AddGrantRefused {
    fn is_stale(&self) -> bool {
        matches!(self, Self::CallerStale(_))
    }
}

impl Decide for AddGrant {
    type Done = Grant;
    type Refused = AddGrantRefused;

    fn partner(&self) -> PartnerId {
        self.account.partner()
    }

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account);
        if self.audience_account.partner() == self.partner() {
            needs.accounts.insert(self.audience_account);
        }
        needs.clients.insert((self.partner(), self.client));
    }

    fn decide(&self, view: &View, at: Timestamp) -> Result<Decided<Grant>, AddGrantRefused> {
        self.caller.require_current(view, self.partner())?;
        view.clients
            .get(&(self.partner(), self.client))
            .filter(|client| client.account == self.account)
            .ok_or(AddGrantRefused::NoSuchClient)?;
        let audience = self.audience_account;
        let is_own = audience.partner() == self.partner();
        match is_own.then(|| view.accounts.get(&audience)).flatten() {
            Some(account) if !account.is_deleted() => {}
            _ => return Err(AddGrantRefused::NoSuchAudience),
        }
        let of_client = view
            .grants
            .iter()
            .filter(|(_, grant)| grant.client == self.client);
        if of_client.count() >= GRANTS_PER_CLIENT_MAX {
            return Err(AddGrantRefused::TooManyGrants);
        }
        let grant = Grant {
            id: self.id_seed.id_at(at),
            client: self.client,
            account: self.account,
            audience: self.audience.clone(),
            audience_account: self.audience_account,
            scopes: self.scopes,
            grant_type: self.grant_type,
            created_at: at,
            created_by: self.caller.actor.clone(),
        };
        let fact = Fact::GrantAdded(grant.clone());
        let draft = Draft {
            actor: self.caller.actor.clone(),
            account: self.account,
            fact,
        };
        Ok(Decided {
            done: grant,
            drafts: vec![draft],
        })
    }
}
