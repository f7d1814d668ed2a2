//! The grants of an account's clients.

use std::convert::Infallible;

use domain::grants::Grant;
use domain::{AccountId, OwnerId, Scope};
use uuid::Uuid;

use crate::Service;
use crate::access::Identity;
use crate::refusal::Refusal;

/// Which grants are wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct GrantFilter {
    /// Those whose audience names this account.
    pub audience: Option<AccountId>,
    /// Those of this client.
    pub client: Option<Uuid>,
}

impl Service {
    /// The grants of the owner's clients that pass the filter, oldest first.
    ///
    /// # Errors
    /// The caller may not, or the database cannot be asked.
    pub async fn list_grants(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        owner: OwnerId,
        filter: GrantFilter,
    ) -> Result<Vec<Grant>, Refusal<Infallible>> {
        identity.require(owner, scopes)?;
        self.require_owner(owner).await?;
        let mut grants = self.storage.list_grants(owner.account()).await?;
        grants.retain(|grant| {
            filter
                .audience
                .is_none_or(|account| grant.audience_account == account)
                && filter.client.is_none_or(|client| grant.client == client)
        });
        Ok(grants)
    }
}
