//! One client.

use std::convert::Infallible;

use domain::clients::Client;
use domain::{OwnerId, Scope};
use storage::ClientKey;
use uuid::Uuid;

use crate::Service;
use crate::access::Identity;
use crate::refusal::{Denied, Refusal};

impl Service {
    /// A client of the owner's account by its `id`.
    ///
    /// # Errors
    /// The caller may not, there is no such client, or the database cannot be asked.
    pub async fn find_client(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        owner: OwnerId,
        id: Uuid,
    ) -> Result<Client, Refusal<Infallible>> {
        identity.require(owner, scopes)?;
        let found = self
            .storage
            .find_client(owner.partner(), &ClientKey::Id(id))
            .await?;
        let client = found.map(|found| found.client);
        Ok(client
            .filter(|client| client.account == owner.account())
            .ok_or(Denied::NotFound)?)
    }
}
