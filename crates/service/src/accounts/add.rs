//! Adding an account.

use domain::accounts::{Account, AddAccount, AddAccountRefused};
use domain::{IdSeed, JsonText, OwnerId, Scope};

use crate::Service;
use crate::access::Identity;
use crate::refusal::{Denied, Refusal};

impl Service {
    /// Adds an account under a partner, with the partner's next number.
    ///
    /// # Errors
    /// The caller may not or is no partner, no number is left, or the database cannot be used.
    pub async fn add_account(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        owner: OwnerId,
        document: JsonText,
    ) -> Result<Account, Refusal<AddAccountRefused>> {
        let id_seed = IdSeed::draw(self.entropy.as_ref());
        let authorise = |identity: &Identity, caller| {
            identity.require(owner, scopes)?;
            if !owner.account().is_partner_account() {
                return Err(Denied::PartnersOnly);
            }
            Ok(AddAccount {
                caller,
                partner: owner.partner(),
                document: document.clone(),
                id_seed,
            })
        };
        self.write_for(identity, authorise).await
    }
}
