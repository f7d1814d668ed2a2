//! Recognising a caller by its token.
//!
//! A token is verified once and then remembered, so that the usual request costs a look-up and not a signature check.
//! What is remembered is trusted only at the auth epoch at which it was looked up.

use std::sync::Arc;

use domain::{Actor, Scopes, Timestamp};
use oauth::{AccessTokenClaims, Audience, TokenError, UnverifiedToken};
use storage::ClientKey;
use uuid::Uuid;

use crate::Service;
use crate::access::identity::{Identity, Remembered, TokenHash};
use crate::access::partner_access::PartnerAccess;
use crate::refusal::{Denied, Failure, Refusal};

/// A refusal in which the rules have no part.
type Unrecognised = Refusal<std::convert::Infallible>;

impl Service {
    /// Recognises the caller by its access token.
    ///
    /// # Errors
    /// The token is not one of ours, has expired, or was revoked; or the database cannot be asked.
    pub async fn authenticate(&self, token: &str) -> Result<Identity, Unrecognised> {
        let hash = TokenHash::of(token);
        let remembered = match self.access.tokens.get(&hash) {
            Some(remembered) => {
                self.metrics.tokens_known.add(1);
                remembered
            }
            None => {
                let verified = Arc::new(self.verify(token).await?);
                self.metrics.tokens_verified.add(1);
                self.access.tokens.insert(hash, Arc::clone(&verified));
                verified
            }
        };
        if remembered.expires_at <= self.clock.now() {
            self.access.tokens.remove(&hash);
            return Err(Denied::InvalidToken(TokenError::Expired).into());
        }
        let identity = Identity {
            remembered,
            token: hash,
        };
        let known = self.access_of(&identity).await?;
        let epoch = self.present_epoch(&known).await?;
        if identity.remembered.auth_epoch == epoch {
            return Ok(identity);
        }
        self.look_up_rights(&known, &identity, epoch).await
    }

    /// Looks the caller's rights up again, at the epoch that is true now.
    pub(crate) async fn renew<R>(&self, identity: &Identity) -> Result<Identity, Refusal<R>> {
        let renewed = async {
            let known = self.access_of(identity).await?;
            known.distrust_epoch();
            let epoch = self.present_epoch(&known).await?;
            self.look_up_rights(&known, identity, epoch).await
        };
        renewed
            .await
            .map_err(|refusal: Unrecognised| match refusal {
                Refusal::Denied(denied) => Refusal::Denied(denied),
                Refusal::Failed(failure) => Refusal::Failed(failure),
                Refusal::Refused(never) => match never {},
            })
    }

    async fn access_of(&self, identity: &Identity) -> Result<Arc<PartnerAccess>, Unrecognised> {
        let known = self.partner_access(identity.partner()).await?;
        known.ok_or_else(|| Failure::Internal("a token's partner has vanished".to_owned()).into())
    }

    /// Checks a token that is not remembered. Its rights are still to be looked up.
    async fn verify(&self, token: &str) -> Result<Remembered, Unrecognised> {
        let refused = |error| Refusal::Denied(Denied::InvalidToken(error));
        let unverified = UnverifiedToken::parse(token).map_err(refused)?;
        let partner = self.settings.partner_of_issuer(unverified.issuer());
        let partner = partner.ok_or_else(|| refused(TokenError::WrongIssuer))?;
        let known = self.partner_access(partner).await?;
        let known = known.ok_or_else(|| refused(TokenError::WrongIssuer))?;
        let key = self.find_verifying_key(&known, unverified.kid()).await?;
        let key = key.ok_or_else(|| refused(TokenError::UnknownKey))?;
        let issuer = self.settings.issuer(partner);
        let claims = key
            .verify(token, &issuer, self.clock.now())
            .map_err(refused)?;
        let remembered = from_claims(&claims).ok_or_else(|| refused(TokenError::Malformed))?;
        if remembered.account.partner() != partner {
            return Err(refused(TokenError::WrongIssuer));
        }
        Ok(remembered)
    }

    /// Looks up what of the token's scopes is granted at the epoch, and remembers it.
    async fn look_up_rights(
        &self,
        known: &PartnerAccess,
        identity: &Identity,
        epoch: u64,
    ) -> Result<Identity, Unrecognised> {
        let was = &identity.remembered;
        let found = self
            .storage
            .find_client(known.partner, &ClientKey::Id(was.client))
            .await?;
        let found = found.ok_or(Denied::Revoked)?;
        let granted: Scopes = found
            .grants
            .iter()
            .filter(|grant| grant.audience_account == was.account)
            .filter(|grant| grant.grant_type.serves_client_credentials())
            .fold(Scopes::NONE, |scopes, grant| scopes.union(grant.scopes));
        let scopes = still_granted(was.token_scopes, granted);
        if scopes.is_empty() {
            return Err(Denied::Revoked.into());
        }
        let remembered = Arc::new(Remembered {
            auth_epoch: epoch,
            scopes,
            ..Remembered::clone(was)
        });
        self.access
            .tokens
            .insert(identity.token, Arc::clone(&remembered));
        Ok(Identity {
            remembered,
            token: identity.token,
        })
    }
}

/// The token's scopes where all of them are still granted, and otherwise what both hold.
fn still_granted(of_token: Scopes, granted: Scopes) -> Scopes {
    if granted.missing(of_token).is_empty() {
        of_token
    } else {
        granted.held_by_both(of_token)
    }
}

fn from_claims(claims: &AccessTokenClaims) -> Option<Remembered> {
    let client = Uuid::try_parse(&claims.sub).ok()?;
    let token_scopes = Scopes::from_text(&claims.scope).ok()?;
    Some(Remembered {
        client,
        actor: Actor::client(client),
        account: Audience::parse(&claims.aud)?.account(),
        token_scopes,
        expires_at: Timestamp::from_millis(claims.exp.saturating_mul(1000)),
        auth_epoch: 0,
        scopes: Scopes::NONE,
    })
}
