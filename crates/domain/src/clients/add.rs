//! Making a client.

use thiserror::Error;

use crate::actor::{Caller, CallerStale, MayBeStale};
use crate::change::{Decide, Decided};
use crate::clients::Client;
use crate::entropy::IdSeed;
use crate::ids::{AccountId, PartnerId};
use crate::log::{Draft, Fact};
use crate::secret::SecretHash;
use crate::time::Timestamp;
use crate::view::{Needs, View};

/// A caller's wish to make a client.
#[derive(Clone, Debug)]
pub struct AddClient {
    /// Who makes it.
    pub caller: Caller,
    /// Which account it belongs to.
    pub account: AccountId,
    /// Its user name, chosen by the caller or drawn by the service.
    pub client_id: String,
    /// What it is called.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Where a browser may be sent back to.
    pub callbacks: Option<Vec<String>>,
    /// What is kept of its secret.
    pub secret: SecretHash,
    /// The random part of its `id`.
    pub id_seed: IdSeed,
}

/// Why a client was not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddClientRefused {
    /// The caller's rights must be looked up again.
    #[error(transparent)]
    CallerStale(#[from] CallerStale),
    /// There is no such account, or it was deleted.
    #[error("there is no such account")]
    NoSuchAccount,
    /// Another client of the partner has this `client_id`.
    #[error("another client has this client_id")]
    ClientIdTaken,
}

impl MayBeStale for AddClientRefused {
    fn is_stale(&self) -> bool {
        matches!(self, Self::CallerStale(_))
    }
}

impl Decide for AddClient {
    type Done = Client;
    type Refused = AddClientRefused;

    fn partner(&self) -> PartnerId {
        self.account.partner()
    }

    fn needs(&self, needs: &mut Needs) {
        needs.accounts.insert(self.account);
        needs
            .client_ids
            .insert((self.partner(), self.client_id.clone()));
    }

    fn decide(&self, view: &View, at: Timestamp) -> Result<Decided<Client>, AddClientRefused> {
        self.caller.require_current(view, self.partner())?;
        match view.accounts.get(&self.account) {
            Some(account) if !account.is_deleted() => {}
            _ => return Err(AddClientRefused::NoSuchAccount),
        }
        if view
            .client_ids
            .get(&(self.partner(), self.client_id.clone()))
            .is_some()
        {
            return Err(AddClientRefused::ClientIdTaken);
        }
        let client = Client {
            id: self.id_seed.id_at(at),
            account: self.account,
            client_id: self.client_id.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            callbacks: self.callbacks.clone(),
            secret: self.secret,
            created_at: at,
            created_by: self.caller.actor.clone(),
        };
        let fact = Fact::ClientAdded(client.clone());
        let draft = Draft {
            actor: self.caller.actor.clone(),
            account: self.account,
            fact,
        };
        Ok(Decided {
            done: client,
            drafts: vec![draft],
        })
    }
}
