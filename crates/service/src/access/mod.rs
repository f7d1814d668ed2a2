//! Who is asking, what they may, and what is remembered of it.

mod authenticate;
mod authorise;
mod identity;
mod known_epoch;
mod partner_access;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use domain::PartnerId;
use quick_cache::sync::Cache;

pub use identity::Identity;
pub(crate) use partner_access::PartnerAccess;

use crate::access::identity::{Remembered, TokenHash};

/// What this process remembers of access. All of it is worth only as much as the auth epoch says.
#[derive(Debug)]
pub(crate) struct Access {
    /// By partner; there are 2,000 partners at most.
    partners: RwLock<HashMap<PartnerId, Arc<PartnerAccess>>>,
    /// Tokens that were verified, by their SHA-256.
    tokens: Cache<TokenHash, Arc<Remembered>>,
}

impl Access {
    pub(crate) fn new(tokens_max: usize) -> Self {
        Self {
            partners: RwLock::default(),
            tokens: Cache::new(tokens_max),
        }
    }

    pub(crate) fn tokens_remembered(&self) -> usize {
        self.tokens.len()
    }

    fn known_partner(&self, partner: PartnerId) -> Option<Arc<PartnerAccess>> {
        let partners = self.partners.read().unwrap_or_else(PoisonError::into_inner);
        partners.get(&partner).cloned()
    }

    /// Keeps what was made for a partner, unless another task was faster; answers what is kept.
    fn keep_partner(&self, partner: PartnerId, made: PartnerAccess) -> Arc<PartnerAccess> {
        let mut partners = self
            .partners
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        Arc::clone(partners.entry(partner).or_insert_with(|| Arc::new(made)))
    }
}
