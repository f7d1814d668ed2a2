//! Deleting a client.

use domain::clients::{Client, DeleteClient, DeleteClientRefused};
use domain::{Actor, OwnerId, Scope, Timestamp};
use uuid::Uuid;

use crate::Service;
use crate::access::Identity;
use crate::refusal::Refusal;

impl Service {
    /// Deletes a client of the owner's account with its grants and tokens: refused at once in a write, within a second
    /// elsewhere. Answers the client as it was, when it ended and by whom.
    ///
    /// # Errors
    /// The caller may not, there is no such client, or the database cannot be used.
    pub async fn delete_client(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        owner: OwnerId,
        client: Uuid,
    ) -> Result<(Client, Timestamp, Actor), Refusal<DeleteClientRefused>> {
        let authorise = |identity: &Identity, caller| {
            identity.require(owner, scopes)?;
            Ok(DeleteClient {
                caller,
                account: owner.account(),
                client,
            })
        };
        let (client, at) = self.write_for(identity, authorise).await?;
        self.access.changed(owner.partner());
        Ok((client, at, identity.caller().actor))
    }
}
