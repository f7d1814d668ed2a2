//! One connection.

use std::convert::Infallible;

use bytes::Bytes;
use domain::connections::ConnectionName;
use domain::{AccountId, OwnerId, Scope};
use storage::ConnectionWithEvents;

use crate::Service;
use crate::access::Identity;
use crate::connections::{EVENTS_EMBEDDED_MAX, Place, RememberedConnection};
use crate::refusal::{Denied, Refusal};

/// A connection as it is found.
#[derive(Debug)]
pub enum FoundConnection {
    /// As it was answered before; it has not changed since.
    Remembered(RememberedConnection),
    /// Its record with its newest events, oldest first, and where the answer that is made of it may be remembered.
    Record(ConnectionWithEvents, Option<Place>),
}

impl Service {
    /// A connection and its newest events.
    ///
    /// # Errors
    /// The caller may not, there is no such connection, or the database cannot be asked.
    pub async fn find_connection(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        (owner, account, connection): (OwnerId, AccountId, ConnectionName),
    ) -> Result<FoundConnection, Refusal<Infallible>> {
        identity.require_account(owner, account, scopes)?;
        let key = (account, connection);
        let remembered = self
            .storage
            .changes_of_others()
            .map(|others| self.remembered_connections.find(key, others));
        let place = match remembered {
            Some(Ok(answer)) => return Ok(FoundConnection::Remembered(answer)),
            Some(Err(place)) => Some(place),
            None => None,
        };
        let found = self
            .storage
            .find_connection(account, connection, EVENTS_EMBEDDED_MAX)
            .await?;
        Ok(FoundConnection::Record(
            found.ok_or(Denied::NotFound)?,
            place,
        ))
    }

    /// Remembers the answer that was made of a record.
    pub fn remember_connection(&self, place: Place, text: Bytes, version: u64) {
        let answer = RememberedConnection { text, version };
        self.remembered_connections.keep(place, answer);
    }
}
