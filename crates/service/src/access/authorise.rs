//! Whether a caller may act on what a path names.

use domain::{AccountId, OwnerId, Scope};

use crate::Service;
use crate::access::Identity;
use crate::refusal::{Denied, Refusal};

impl Identity {
    /// Whether the caller may act under this owner with any one of these scopes.
    ///
    /// A caller whose token names a partner's account may act on every account of that partner, any other caller only
    /// on its own.
    ///
    /// # Errors
    /// The token is for another account, or holds none of the scopes.
    pub fn require(&self, owner: OwnerId, scopes: &[Scope]) -> Result<(), Denied> {
        let own = if self.account().is_partner_account() {
            owner.partner() == self.partner()
        } else {
            owner.account() == self.account()
        };
        if !own {
            return Err(Denied::WrongOwner);
        }
        if !self.scopes().hold_any(scopes) {
            return Err(Denied::MissingScope);
        }
        Ok(())
    }

    /// The same for one account under the owner.
    ///
    /// # Errors
    /// As [`Identity::require`]; [`Denied::NotFound`] when the account is not the owner's.
    pub fn require_account(
        &self,
        owner: OwnerId,
        account: AccountId,
        scopes: &[Scope],
    ) -> Result<(), Denied> {
        self.require(owner, scopes)?;
        if owns(owner, account) {
            Ok(())
        } else {
            Err(Denied::NotFound)
        }
    }

    /// Whether the caller may let someone act on this account.
    #[must_use]
    pub fn may_act_on(&self, account: AccountId) -> bool {
        owns(self.account().into(), account)
    }
}

impl Service {
    /// Whether the account that a path names as owner exists. A partner that a token names does.
    pub(crate) async fn require_owner<R>(&self, owner: OwnerId) -> Result<(), Refusal<R>> {
        let account = owner.account();
        if account.is_partner_account() || self.storage.find_account(account).await?.is_some() {
            Ok(())
        } else {
            Err(Denied::NotFound.into())
        }
    }
}

/// A partner owns all of its accounts, a merchant's account only itself.
fn owns(owner: OwnerId, account: AccountId) -> bool {
    if owner.account().is_partner_account() {
        owner.partner() == account.partner()
    } else {
        owner.account() == account
    }
}
