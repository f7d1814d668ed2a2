//! Accounts: the merchants of a partner.

mod account;
mod add;

pub use account::{Account, AccountState, Deletion};
pub use add::{AddAccount, AddAccountRefused};
