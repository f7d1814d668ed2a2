//! A page of a partner's log: all of it for the partner, its own entries for an account.

use std::convert::Infallible;

use domain::{OwnerId, Scope};
use storage::{LogPage, StoredLogEntry};

use crate::Service;
use crate::access::Identity;
use crate::refusal::Refusal;

impl Service {
    /// Entries after a `seq`, oldest first.
    ///
    /// # Errors
    /// The caller may not, or the database cannot be asked.
    pub async fn list_log(
        &self,
        identity: &Identity,
        owner: OwnerId,
        scopes: &[Scope],
        page: LogPage,
    ) -> Result<Vec<StoredLogEntry>, Refusal<Infallible>> {
        identity.require(owner, scopes)?;
        self.require_owner(owner).await?;
        let account = owner.account();
        let entries = if account.is_partner_account() {
            self.storage.list_log(owner.partner(), page).await?
        } else {
            self.storage.list_account_log(account, page).await?
        };
        Ok(entries)
    }
}
