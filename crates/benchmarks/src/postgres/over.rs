//! How the load is spread.

use domain::PartnerId;

use crate::failure::{Result, While};
use crate::installation;

/// Partners that the load is spread over.
pub(super) const MANY: u32 = 1_000;

/// Whose accounts the events are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// All of one partner, whose stream row everybody wants
    OnePartner,
    /// Each of a random one
    ManyPartners,
}

impl Over {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OnePartner => "one partner",
            Self::ManyPartners => "1,000 partners",
        }
    }

    /// How many partners share the accounts.
    pub(super) fn partners(self) -> u32 {
        match self {
            Self::OnePartner => 1,
            Self::ManyPartners => MANY,
        }
    }

    /// Accounts of each partner, of so many in all.
    pub(super) fn accounts_each(self, accounts: u32) -> u32 {
        (accounts / self.partners()).max(1)
    }

    pub(super) fn all_partners(self) -> Result<Vec<PartnerId>> {
        let parse = |name: String| name.parse().while_doing(name);
        match self {
            Self::OnePartner => Ok(vec![parse(installation::PARTNER.to_owned())?]),
            Self::ManyPartners => (0..MANY)
                .map(|number| parse(format!("P{number:03}")))
                .collect(),
        }
    }

    /// The partner of one of `pgbench`'s transactions, as SQL; `:number` is random.
    pub(super) fn partner_sql(self) -> String {
        match self {
            Self::OnePartner => format!("'{}'", installation::PARTNER),
            Self::ManyPartners => "'P' || lpad(:number::text, 3, '0')".to_owned(),
        }
    }
}
