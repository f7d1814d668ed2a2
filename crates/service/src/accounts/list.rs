//! A page of a partner's accounts.

use std::convert::Infallible;

use domain::{OwnerId, Scope};
use storage::AccountsPage;

use crate::Service;
use crate::access::Identity;
use crate::accounts::AccountWithConnections;
use crate::refusal::{Denied, Refusal};

impl Service {
    /// Accounts by number, each with its connections but without their events.
    ///
    /// # Errors
    /// The caller may not or is no partner, or the database cannot be asked.
    pub async fn list_accounts(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        owner: OwnerId,
        page: AccountsPage,
    ) -> Result<Vec<AccountWithConnections>, Refusal<Infallible>> {
        identity.require(owner, scopes)?;
        if !owner.account().is_partner_account() {
            return Err(Denied::PartnersOnly.into());
        }
        let mut listed = Vec::new();
        for account in self.storage.list_accounts(owner.partner(), page).await? {
            let connections = self.storage.list_connections(account.id, 0).await?;
            listed.push(AccountWithConnections {
                account,
                connections,
            });
        }
        Ok(listed)
    }
}
