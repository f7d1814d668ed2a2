//! Making a client and its secret.

use domain::clients::{AddClient, AddClientRefused, Client};
use domain::{IdSeed, OwnerId, Scope};
use oauth::ClientSecret;

use crate::Service;
use crate::access::Identity;
use crate::refusal::{Denied, Refusal};

/// What is wanted.
#[derive(Clone, Debug, Default)]
pub struct AddClientRequest {
    /// Its user name; drawn where it is left out.
    pub client_id: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Where a browser may be sent back to.
    pub callbacks: Option<Vec<String>>,
}

/// A client and its secret, which is shown only now.
#[derive(Debug)]
pub struct ClientWithSecret {
    /// The client.
    pub client: Client,
    /// Its secret.
    pub secret: ClientSecret,
}

impl Service {
    /// Makes a client of the owner's account.
    ///
    /// # Errors
    /// The caller may not, the `client_id` is taken, or the database cannot be used.
    pub async fn add_client(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        owner: OwnerId,
        request: AddClientRequest,
    ) -> Result<ClientWithSecret, Refusal<AddClientRefused>> {
        let secret = ClientSecret::generate(self.entropy.as_ref());
        let known = self
            .partner_access(identity.partner())
            .await?
            .ok_or(Denied::NotFound)?;
        let hash = known.data_key.hash_secret(secret.as_str());
        let client_id = request
            .client_id
            .clone()
            .unwrap_or_else(|| self.new_client_id());
        let id_seed = IdSeed::draw(self.entropy.as_ref());
        let authorise = |identity: &Identity, caller| {
            identity.require(owner, scopes)?;
            Ok(AddClient {
                caller,
                account: owner.account(),
                client_id: client_id.clone(),
                name: request.name.clone(),
                description: request.description.clone(),
                callbacks: request.callbacks.clone(),
                secret: hash,
                id_seed,
            })
        };
        let client = self.write_for(identity, authorise).await?;
        Ok(ClientWithSecret { client, secret })
    }

    /// A `client_id` of our own making: 22 characters of base64url, 132 random bits.
    pub(crate) fn new_client_id(&self) -> String {
        ClientSecret::generate(self.entropy.as_ref())
            .as_str()
            .chars()
            .take(22)
            .collect()
    }
}
