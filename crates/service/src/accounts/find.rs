//! One account.

use std::convert::Infallible;

use domain::{AccountId, OwnerId, Scope};

use crate::Service;
use crate::access::Identity;
use crate::accounts::AccountWithConnections;
use crate::connections::EVENTS_EMBEDDED_MAX;
use crate::refusal::{Denied, Refusal};

impl Service {
    /// An account with its connections and their newest events.
    ///
    /// # Errors
    /// The caller may not, there is no such account, or the database cannot be asked.
    pub async fn find_account(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        owner: OwnerId,
        account: AccountId,
    ) -> Result<AccountWithConnections, Refusal<Infallible>> {
        identity.require_account(owner, account, scopes)?;
        let found = self.storage.find_account(account).await?;
        let found = found
            .filter(|found| found.deletion.is_none())
            .ok_or(Denied::NotFound)?;
        let connections = self
            .storage
            .list_connections(account, EVENTS_EMBEDDED_MAX)
            .await?;
        Ok(AccountWithConnections {
            account: found,
            connections,
        })
    }
}
