//! Adding an account under a partner, with the partner's next number.

use thiserror::Error;

use crate::accounts::Account;
use crate::actor::{Caller, CallerStale, MayBeStale};
use crate::change::{Decide, Decided};
use crate::entropy::IdSeed;
use crate::ids::PartnerId;
use crate::json_text::JsonText;
use crate::log::{Draft, Fact};
use crate::time::Timestamp;
use crate::view::{Needs, View};

/// A caller's wish to add an account.
#[derive(Clone, Debug)]
pub struct AddAccount {
    /// Who adds it.
    pub caller: Caller,
    /// Under which partner.
    pub partner: PartnerId,
    /// The writable fields that were given, as one JSON object.
    pub document: JsonText,
    /// The random part of its `id`.
    pub id_seed: IdSeed,
}

/// Why an account was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddAccountRefused {
    /// The caller's rights must be looked up again.
    #[error(transparent)]
    CallerStale(#[from] CallerStale),
    /// The partner was never set up.
    #[error("there is no such partner")]
    NoSuchPartner,
    /// All 99,999 numbers were given.
    #[error("the partner has no account number left")]
    NumbersExhausted,
}

impl MayBeStale for AddAccountRefused {
    fn is_stale(&self) -> bool {
        matches!(self, Self::CallerStale(_))
    }
}

impl Decide for AddAccount {
    type Done = Account;
    type Refused = AddAccountRefused;

    fn partner(&self) -> PartnerId {
        self.partner
    }

    fn needs(&self, _: &mut Needs) {}

    fn decide(&self, view: &View, at: Timestamp) -> Result<Decided<Account>, AddAccountRefused> {
        self.caller.require_current(view, self.partner)?;
        let stream = view
            .streams
            .get(&self.partner)
            .ok_or(AddAccountRefused::NoSuchPartner)?;
        let number = stream.last_account_number + 1;
        let id = self
            .partner
            .account(number)
            .ok_or(AddAccountRefused::NumbersExhausted)?;
        let account = Account {
            id,
            uuid: self.id_seed.id_at(at),
            document: self.document.clone(),
            active: false,
            created_at: at,
            created_by: self.caller.actor.clone(),
            updated_at: at,
            deletion: None,
        };
        let fact = Fact::AccountAdded(account.clone());
        let draft = Draft {
            actor: self.caller.actor.clone(),
            account: id,
            fact,
        };
        Ok(Decided {
            done: account,
            drafts: vec![draft],
        })
    }
}
