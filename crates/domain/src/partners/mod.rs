//! Partners: the owners of accounts. A partner begins with its own account and the key that seals its secrets.

mod add;

pub use add::{AddPartner, PartnerStands};
