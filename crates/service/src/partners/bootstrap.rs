//! What `kobling bootstrap` does: a partner where it is missing, a client, and a grant.

use std::convert::Infallible;

use domain::clients::{AddClient, AddClientRefused, Client};
use domain::grants::{AddGrant, AddGrantRefused, GrantType};
use domain::partners::AddPartner;
use domain::{AccountId, Caller, IdSeed, PartnerId, Scopes, SealedBytes};
use oauth::{ClientSecret, DataKey};
use thiserror::Error;

use crate::Service;
use crate::refusal::{Failure, Refusal};

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    /// The partner, set up where it is missing.
    pub partner: PartnerId,
    /// The account that the client belongs to and may act on; the partner's own where it is left out.
    pub account: Option<AccountId>,
    /// What is granted.
    pub scopes: Scopes,
}

/// What was made.
#[derive(Debug)]
pub struct Bootstrapped {
    /// The account that the client belongs to and may act on.
    pub account: AccountId,
    /// The client.
    pub client: Client,
    /// Its secret, which is shown only now.
    pub secret: ClientSecret,
    /// What tokens are to be asked for.
    pub audience: String,
    /// What was granted.
    pub scopes: Scopes,
}

/// Why it was not done.
#[derive(Debug, Error)]
pub enum BootstrapRefused {
    /// The account belongs to another partner.
    #[error("the account {0} does not belong to the partner {1}")]
    ForeignAccount(AccountId, PartnerId),
    /// The account does not exist.
    #[error("there is no account {0}; add it first, or leave out --account")]
    NoSuchAccount(AccountId),
    /// The rules said no in a way that they never should.
    #[error("{0}")]
    Unexpected(String),
    /// Something failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

const ACTOR: &str = "bootstrap";

impl Service {
    /// Makes a client with a grant for a partner or one of its accounts. Run again, it makes a further client.
    ///
    /// # Errors
    /// The account is not the partner's or does not exist, or the database cannot be used.
    pub async fn bootstrap(&self, wanted: Bootstrap) -> Result<Bootstrapped, BootstrapRefused> {
        let account = wanted
            .account
            .unwrap_or_else(|| wanted.partner.own_account());
        if account.partner() != wanted.partner {
            return Err(BootstrapRefused::ForeignAccount(account, wanted.partner));
        }
        self.set_up_partner(wanted.partner).await?;
        let (client, secret) = self.bootstrap_client(account).await?;
        let audience = format!("{}/v1/accounts/{account}", self.settings.public_url);
        let grant = AddGrant {
            caller: Caller::command(ACTOR),
            account,
            client: client.id,
            audience: audience.clone(),
            audience_account: account,
            scopes: wanted.scopes,
            grant_type: GrantType::Any,
            id_seed: IdSeed::draw(self.entropy.as_ref()),
        };
        self.write_locally(grant)
            .await
            .map_err(|refusal| told(refusal, account))?;
        self.access.changed(wanted.partner);
        Ok(Bootstrapped {
            account,
            client,
            secret,
            audience,
            scopes: wanted.scopes,
        })
    }

    /// Sets a partner up where it is missing.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn set_up_partner(&self, partner: PartnerId) -> Result<(), Failure> {
        let entropy = self.entropy.as_ref();
        let data_key = DataKey::generate(entropy);
        let change = AddPartner {
            caller: Caller::command(ACTOR),
            partner,
            data_key: SealedBytes(self.root_key.seal_data_key(&data_key, partner, entropy)),
            id_seed: IdSeed::draw(entropy),
        };
        let done = self.write_locally(change).await;
        done.map(drop)
            .map_err(|refusal: Refusal<Infallible>| match refusal {
                Refusal::Failed(failure) => failure,
                Refusal::Denied(denied) => Failure::Internal(denied.to_string()),
                Refusal::Refused(never) => match never {},
            })
    }

    async fn bootstrap_client(
        &self,
        account: AccountId,
    ) -> Result<(Client, ClientSecret), BootstrapRefused> {
        let known = self.partner_access(account.partner()).await?;
        let missing = || Failure::Internal("the partner was not set up".to_owned());
        let known = known.ok_or_else(missing)?;
        let secret = ClientSecret::generate(self.entropy.as_ref());
        let change = AddClient {
            caller: Caller::command(ACTOR),
            account,
            client_id: self.new_client_id(),
            name: Some("bootstrap".to_owned()),
            description: None,
            callbacks: None,
            secret: known.data_key.hash_secret(secret.as_str()),
            id_seed: IdSeed::draw(self.entropy.as_ref()),
        };
        let client = self
            .write_locally(change)
            .await
            .map_err(|refusal| told(refusal, account))?;
        Ok((client, secret))
    }
}

/// Refusals that `bootstrap` can meet.
trait NoSuchAccount: std::fmt::Display {
    fn is_no_such_account(&self) -> bool;
}

impl NoSuchAccount for AddClientRefused {
    fn is_no_such_account(&self) -> bool {
        matches!(self, Self::NoSuchAccount)
    }
}

impl NoSuchAccount for AddGrantRefused {
    fn is_no_such_account(&self) -> bool {
        matches!(self, Self::NoSuchAudience)
    }
}

fn told<R: NoSuchAccount>(refusal: Refusal<R>, account: AccountId) -> BootstrapRefused {
    match refusal {
        Refusal::Refused(refused) if refused.is_no_such_account() => {
            BootstrapRefused::NoSuchAccount(account)
        }
        Refusal::Refused(refused) => BootstrapRefused::Unexpected(refused.to_string()),
        Refusal::Denied(denied) => BootstrapRefused::Unexpected(denied.to_string()),
        Refusal::Failed(failure) => BootstrapRefused::Failed(failure),
    }
}
