//! Giving a client an access token for its own id and secret (RFC 6749 section 4.4; claims of RFC 9068).

use std::sync::Arc;

use domain::grants::Grant;
use domain::{AccountId, Entropy, IdSeed, OwnerId, Scopes};
use oauth::{AccessTokenClaims, Audience};
use thiserror::Error;

use crate::Service;
use crate::access::PartnerAccess;
use crate::refusal::{Failure, Refusal};

/// What a client sends.
#[derive(Debug)]
pub struct TokenRequest<'a> {
    /// The owner in the path: the client's account, or its partner.
    pub owner: OwnerId,
    /// The client's `client_id`, or its `id`.
    pub client: &'a str,
    /// The client's secret.
    pub secret: &'a str,
    /// What the token is to be for; the owner's account where it is left out.
    pub audience: Option<&'a str>,
    /// The scopes wanted; all that are granted where it is left out.
    pub scopes: Option<Scopes>,
}

/// A token.
#[derive(Debug)]
pub struct IssuedToken {
    /// A JWT.
    pub access_token: String,
    /// Seconds.
    pub expires_in: u64,
    /// What it holds.
    pub scopes: Scopes,
}

/// Why no token was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IssueTokenRefused {
    /// There is no such client under this owner, or its secret is another one.
    #[error("the client is unknown or its secret is wrong")]
    InvalidClient,
    /// The audience names no account.
    #[error("the audience names no account")]
    MalformedAudience,
    /// Nothing is granted to the client on the audience's account.
    #[error("nothing is granted to the client on this audience")]
    NoGrant,
    /// More was asked for than is granted.
    #[error("not all of these scopes are granted: {}", .0.to_text())]
    ScopesNotGranted(Scopes),
}

impl Service {
    /// Issues a token by client credentials. Nothing is written.
    ///
    /// # Errors
    /// The client is not recognised, or nothing is granted to it for what it asks.
    pub async fn issue_token(
        &self,
        request: TokenRequest<'_>,
    ) -> Result<IssuedToken, Refusal<IssueTokenRefused>> {
        let refused = Refusal::Refused;
        let partner = request.owner.partner();
        let known = self.partner_access(partner).await?;
        let known = known.ok_or(refused(IssueTokenRefused::InvalidClient))?;
        let epoch = self.present_epoch(&known).await?;
        let client = self.find_client_at(&known, request.client, epoch).await?;
        let client = client.ok_or(refused(IssueTokenRefused::InvalidClient))?;
        let found = &client.found;
        let own = request.owner.account() == found.client.account
            || request.owner.account().is_partner_account();
        if !known
            .data_key
            .verify_secret(request.secret, &found.client.secret)
            || !own
        {
            return Err(refused(IssueTokenRefused::InvalidClient));
        }
        let (audience, account) = self.audience_of(&request).map_err(refused)?;
        let granted = granted_on(&found.grants, account);
        let granted = granted.ok_or(refused(IssueTokenRefused::NoGrant))?;
        let scopes = request.scopes.unwrap_or(granted);
        let missing = granted.missing(scopes);
        if !missing.is_empty() {
            return Err(refused(IssueTokenRefused::ScopesNotGranted(missing)));
        }
        let claims = self.claims(&known, &found.client, audience, scopes);
        let token = self.sign(&known, &claims).await?;
        self.metrics.tokens_issued.add(1);
        let expires_in = self.settings.token_lifetime.as_secs();
        Ok(IssuedToken {
            access_token: token,
            expires_in,
            scopes,
        })
    }

    fn audience_of(
        &self,
        request: &TokenRequest<'_>,
    ) -> Result<(String, AccountId), IssueTokenRefused> {
        let Some(text) = request.audience else {
            let account = request.owner.account();
            return Ok((
                format!("{}/v1/accounts/{account}", self.settings.public_url),
                account,
            ));
        };
        let audience = Audience::parse(text).ok_or(IssueTokenRefused::MalformedAudience)?;
        Ok((text.to_owned(), audience.account()))
    }

    fn claims(
        &self,
        known: &PartnerAccess,
        client: &domain::clients::Client,
        audience: String,
        scopes: Scopes,
    ) -> AccessTokenClaims {
        let now = self.clock.now();
        let entropy: &dyn Entropy = self.entropy.as_ref();
        AccessTokenClaims {
            iss: self.settings.issuer(known.partner),
            aud: audience,
            sub: client.id.to_string(),
            client_id: client.client_id.clone(),
            iat: now.seconds(),
            exp: now.seconds() + self.settings.token_lifetime.as_secs(),
            jti: IdSeed::draw(entropy).id_at(now).to_string(),
            scope: scopes.to_text(),
        }
    }

    async fn sign(
        &self,
        known: &Arc<PartnerAccess>,
        claims: &AccessTokenClaims,
    ) -> Result<String, Failure> {
        let key = self.signing_key(known).await?;
        key.sign(claims)
            .map_err(|error| Failure::Internal(error.to_string()))
    }
}

/// The scopes granted on an account to a client by its own credentials; `None` where nothing is.
fn granted_on(grants: &[Grant], account: AccountId) -> Option<Scopes> {
    let scopes = grants
        .iter()
        .filter(|grant| grant.audience_account == account)
        .filter(|grant| grant.grant_type.serves_client_credentials())
        .fold(Scopes::NONE, |scopes, grant| scopes.union(grant.scopes));
    (!scopes.is_empty()).then_some(scopes)
}
