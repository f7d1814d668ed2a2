//! One connection.

use std::convert::Infallible;

use domain::connections::ConnectionName;
use domain::{AccountId, OwnerId, Scope};
use storage::ConnectionWithEvents;

use crate::Service;
use crate::access::Identity;
use crate::connections::EVENTS_EMBEDDED_MAX;
use crate::refusal::{Denied, Refusal};

impl Service {
    /// A connection and its newest events, oldest first.
    ///
    /// # Errors
    /// The caller may not, there is no such connection, or the database cannot be asked.
    pub async fn find_connection(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        (owner, account, connection): (OwnerId, AccountId, ConnectionName),
    ) -> Result<ConnectionWithEvents, Refusal<Infallible>> {
        identity.require_account(owner, account, scopes)?;
        let found = self
            .storage
            .find_connection(account, connection, EVENTS_EMBEDDED_MAX)
            .await?;
        Ok(found.ok_or(Denied::NotFound)?)
    }
}
