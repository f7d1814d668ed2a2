//! Setting up a partner where it is missing.

use std::convert::Infallible;

use crate::accounts::Account;
use crate::actor::Caller;
use crate::change::{Decide, Decided};
use crate::entropy::IdSeed;
use crate::ids::PartnerId;
use crate::json_text::JsonText;
use crate::log::{Draft, Fact};
use crate::secret::SealedBytes;
use crate::time::Timestamp;
use crate::view::{Needs, View};

/// The wish that a partner stands.
#[derive(Clone, Debug)]
pub struct AddPartner {
    /// Who sets it up.
    pub caller: Caller,
    /// Which partner.
    pub partner: PartnerId,
    /// A data key for it, sealed under the root key; not used when the partner has one.
    pub data_key: SealedBytes,
    /// The random part of the `id` of its own account.
    pub id_seed: IdSeed,
}

/// The partner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartnerStands {
    /// Whether it was set up just now.
    pub added: bool,
}

impl Decide for AddPartner {
    type Done = PartnerStands;
    type Refused = Infallible;

    fn partner(&self) -> PartnerId {
        self.partner
    }

    fn needs(&self, _: &mut Needs) {}

    fn decide(&self, view: &View, at: Timestamp) -> Result<Decided<PartnerStands>, Infallible> {
        if view.streams.get(&self.partner).is_some() {
            return Ok(Decided {
                done: PartnerStands { added: false },
                drafts: Vec::new(),
            });
        }
        let account = Account {
            id: self.partner.own_account(),
            uuid: self.id_seed.id_at(at),
            document: JsonText::from_checked("{}"),
            active: true,
            created_at: at,
            created_by: self.caller.actor.clone(),
            updated_at: at,
            deletion: None,
        };
        let fact = Fact::PartnerAdded {
            account,
            data_key: self.data_key.clone(),
        };
        let account = self.partner.own_account();
        let draft = Draft {
            actor: self.caller.actor.clone(),
            account,
            fact,
        };
        Ok(Decided {
            done: PartnerStands { added: true },
            drafts: vec![draft],
        })
    }
}
