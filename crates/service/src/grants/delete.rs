//! Taking a grant back.

use domain::grants::{DeleteGrant, DeleteGrantRefused, Grant};
use domain::{Actor, OwnerId, Scope, Timestamp};
use uuid::Uuid;

use crate::Service;
use crate::access::Identity;
use crate::refusal::Refusal;

impl Service {
    /// Deletes a grant. Answers the grant as it was, when it ended and by whom.
    ///
    /// # Errors
    /// The caller may not, there is no such grant, or the database cannot be used.
    pub async fn delete_grant(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        owner: OwnerId,
        grant: Uuid,
    ) -> Result<(Grant, Timestamp, Actor), Refusal<DeleteGrantRefused>> {
        let authorise = |identity: &Identity, caller| {
            identity.require(owner, scopes)?;
            Ok(DeleteGrant {
                caller,
                account: owner.account(),
                grant,
            })
        };
        let (grant, at) = self.write_for(identity, authorise).await?;
        self.access.changed(owner.partner());
        Ok((grant, at, identity.caller().actor))
    }
}
