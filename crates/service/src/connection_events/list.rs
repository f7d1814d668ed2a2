//! A page of a connection's history.

use std::convert::Infallible;

use domain::connections::ConnectionName;
use domain::{AccountId, OwnerId, Scope};
use storage::{EventsPage, HistoryEvent};

use crate::Service;
use crate::access::Identity;
use crate::refusal::{Denied, Refusal};

impl Service {
    /// A page of the events of one connection.
    ///
    /// # Errors
    /// The caller may not, there is no such connection, or the database cannot be asked.
    pub async fn list_connection_events(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        (owner, account, connection): (OwnerId, AccountId, ConnectionName),
        page: EventsPage,
    ) -> Result<Vec<HistoryEvent>, Refusal<Infallible>> {
        identity.require_account(owner, account, scopes)?;
        let events = self
            .storage
            .list_connection_events(account, connection, page)
            .await?;
        Ok(events.ok_or(Denied::NotFound)?)
    }
}
