//! All clients of an account.

use std::convert::Infallible;

use domain::clients::Client;
use domain::{OwnerId, Scope};

use crate::Service;
use crate::access::Identity;
use crate::refusal::Refusal;

impl Service {
    /// The clients of the owner's account, oldest first.
    ///
    /// # Errors
    /// The caller may not, or the database cannot be asked.
    pub async fn list_clients(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        owner: OwnerId,
    ) -> Result<Vec<Client>, Refusal<Infallible>> {
        identity.require(owner, scopes)?;
        self.require_owner(owner).await?;
        Ok(self.storage.list_clients(owner.account()).await?)
    }
}
