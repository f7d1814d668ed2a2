//! The public halves of a partner's signing keys.

use std::convert::Infallible;

use domain::{OwnerId, PartnerId, Scope};

use crate::Service;
use crate::access::Identity;
use crate::refusal::{Denied, Failure, Refusal};

impl Service {
    /// The public keys that verify the partner's tokens, as JWK texts (RFC 7517), oldest first.
    ///
    /// # Errors
    /// The caller may not, or the database cannot be asked.
    pub async fn list_public_keys(
        &self,
        identity: &Identity,
        owner: OwnerId,
        scopes: &[Scope],
    ) -> Result<Vec<String>, Refusal<Infallible>> {
        identity.require(owner, scopes)?;
        self.require_owner(owner).await?;
        Ok(self.public_keys(owner.partner()).await?.unwrap_or_default())
    }

    /// The same for anyone; keys are public.
    ///
    /// # Errors
    /// The account is not a partner's own or does not exist, or the database cannot be asked.
    pub async fn list_keys_for_anyone(
        &self,
        owner: OwnerId,
    ) -> Result<Vec<String>, Refusal<Infallible>> {
        self.require_issuer(owner).await?;
        Ok(self.public_keys(owner.partner()).await?.unwrap_or_default())
    }

    /// Whether tokens are issued under this account; its issuer if so.
    ///
    /// # Errors
    /// The account is not a partner's own or does not exist, or the database cannot be asked.
    pub async fn require_issuer(&self, owner: OwnerId) -> Result<String, Refusal<Infallible>> {
        let known = if owner.account().is_partner_account() {
            self.partner_access(owner.partner()).await?
        } else {
            None
        };
        known.ok_or(Denied::NotFound)?;
        Ok(self.settings.issuer(owner.partner()))
    }

    /// Makes the partner's first key where there is none yet, so that a verifier always finds one.
    async fn public_keys(&self, partner: PartnerId) -> Result<Option<Vec<String>>, Failure> {
        let Some(known) = self.partner_access(partner).await? else {
            return Ok(None);
        };
        self.signing_key(&known).await?;
        let records = self.storage.list_signing_keys(partner).await?;
        Ok(Some(
            records
                .iter()
                .map(|record| record.public_jwk.as_str().to_owned())
                .collect(),
        ))
    }
}
