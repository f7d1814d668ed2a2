//! Granting scopes to a client. Nobody grants what they do not hold.

use domain::grants::{AddGrant, AddGrantRefused, Grant, GrantType};
use domain::{AccountId, IdSeed, OwnerId, Scope, Scopes};
use uuid::Uuid;

use crate::Service;
use crate::access::Identity;
use crate::refusal::{Denied, Refusal};

/// What is wanted.
#[derive(Clone, Debug)]
pub struct AddGrantRequest {
    /// The `id` of the client.
    pub client: Uuid,
    /// The audience as it was given.
    pub audience: String,
    /// The account that it names.
    pub audience_account: AccountId,
    /// The scopes.
    pub scopes: Scopes,
    /// Which kinds of token request it serves.
    pub grant_type: GrantType,
}

impl Service {
    /// Grants scopes to a client of the owner's account.
    ///
    /// # Errors
    /// The caller may not or does not hold them, there is no such client or audience, or the database cannot be used.
    pub async fn add_grant(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        owner: OwnerId,
        request: AddGrantRequest,
    ) -> Result<Grant, Refusal<AddGrantRefused>> {
        let id_seed = IdSeed::draw(self.entropy.as_ref());
        let authorise = |identity: &Identity, caller| {
            identity.require(owner, scopes)?;
            if !identity.may_act_on(request.audience_account) {
                return Err(Denied::ForeignAudience);
            }
            let missing = identity.scopes().missing(request.scopes);
            if !missing.is_empty() {
                return Err(Denied::CannotGrant(missing));
            }
            Ok(AddGrant {
                caller,
                account: owner.account(),
                client: request.client,
                audience: request.audience.clone(),
                audience_account: request.audience_account,
                scopes: request.scopes,
                grant_type: request.grant_type,
                id_seed,
            })
        };
        let grant = self.write_for(identity, authorise).await?;
        self.access.changed(owner.partner());
        Ok(grant)
    }
}
