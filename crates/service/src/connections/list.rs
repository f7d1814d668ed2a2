//! All connections of an account.

use std::convert::Infallible;

use domain::{AccountId, OwnerId, Scope};
use storage::NamedConnection;

use crate::Service;
use crate::access::Identity;
use crate::connections::EVENTS_EMBEDDED_MAX;
use crate::refusal::{Denied, Refusal};

impl Service {
    /// The connections of an account, each with its newest events.
    ///
    /// # Errors
    /// The caller may not, there is no such account, or the database cannot be asked.
    pub async fn list_connections(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        owner: OwnerId,
        account: AccountId,
    ) -> Result<Vec<NamedConnection>, Refusal<Infallible>> {
        identity.require_account(owner, account, scopes)?;
        let found = self.storage.find_account(account).await?;
        found
            .filter(|account| account.deletion.is_none())
            .ok_or(Denied::NotFound)?;
        Ok(self
            .storage
            .list_connections(account, EVENTS_EMBEDDED_MAX)
            .await?)
    }
}
