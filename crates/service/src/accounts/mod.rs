//! Accounts: added and read by their partner.

mod add;
mod find;
mod list;

use domain::accounts::Account;
use storage::NamedConnection;

/// An account as its partner sees it.
#[derive(Clone, Debug)]
pub struct AccountWithConnections {
    /// The account.
    pub account: Account,
    /// Its connections by name.
    pub connections: Vec<NamedConnection>,
}
