//! The questions that every engine answers without changing anything.
//!
//! Not found is `None` and not an error. Reads by partner filter by it as a plain parameter.

use std::time::Duration;

use async_trait::async_trait;
use domain::accounts::Account;
use domain::clients::Client;
use domain::connections::{Connection, ConnectionEvent, ConnectionName};
use domain::grants::Grant;
use domain::signing_keys::SigningKeyRecord;
use domain::{AccountId, PartnerId, Stream};
use uuid::Uuid;

use crate::error::StorageError;
use crate::installation::Installation;
use crate::log_entries::StoredLogEntry;
use crate::pages::{AccountsPage, EventsPage, LogPage};

/// A database that can be read.
#[async_trait]
pub trait Reader: Send + Sync + std::fmt::Debug {
    /// The installation, where the database has been set up.
    async fn find_installation(&self) -> Result<Option<Installation>, StorageError>;

    /// A partner's stream row.
    async fn find_stream(&self, partner: PartnerId) -> Result<Option<Stream>, StorageError>;

    /// The `seq` of a partner's last entry: as soon as it is beyond this one, or as it is when so long has passed; 0 where
    /// there is no such partner.
    async fn wait_for_entries(
        &self,
        partner: PartnerId,
        after: u64,
        at_most: Duration,
    ) -> Result<u64, StorageError>;

    /// The stream rows of all partners, by id. One of the few questions over all partners; there are at most 2,000.
    async fn list_streams(&self) -> Result<Vec<(PartnerId, Stream)>, StorageError>;

    /// One account, deleted ones too.
    async fn find_account(&self, account: AccountId) -> Result<Option<Account>, StorageError>;

    /// A page of a partner's accounts by number, without the partner's own and without deleted ones.
    async fn list_accounts(
        &self,
        partner: PartnerId,
        page: AccountsPage,
    ) -> Result<Vec<Account>, StorageError>;

    /// One connection with its newest events, oldest first.
    async fn find_connection(
        &self,
        account: AccountId,
        name: ConnectionName,
        events_max: usize,
    ) -> Result<Option<ConnectionWithEvents>, StorageError>;

    /// All connections of an account, each with its newest events, oldest first.
    async fn list_connections(
        &self,
        account: AccountId,
        events_max: usize,
    ) -> Result<Vec<NamedConnection>, StorageError>;

    /// A page of the events of one connection; `None` where there is no such connection.
    async fn list_connection_events(
        &self,
        account: AccountId,
        name: ConnectionName,
        page: EventsPage,
    ) -> Result<Option<Vec<HistoryEvent>>, StorageError>;

    /// A page of a partner's whole log.
    async fn list_log(
        &self,
        partner: PartnerId,
        page: LogPage,
    ) -> Result<Vec<StoredLogEntry>, StorageError>;

    /// A page of those entries of the log that are about one account or its connections.
    async fn list_account_log(
        &self,
        account: AccountId,
        page: LogPage,
    ) -> Result<Vec<StoredLogEntry>, StorageError>;

    /// One client of a partner, with its grants.
    async fn find_client(
        &self,
        partner: PartnerId,
        key: &ClientKey,
    ) -> Result<Option<ClientWithGrants>, StorageError>;

    /// All clients of an account, oldest first.
    async fn list_clients(&self, account: AccountId) -> Result<Vec<Client>, StorageError>;

    /// All grants of an account's clients, oldest first.
    async fn list_grants(&self, account: AccountId) -> Result<Vec<Grant>, StorageError>;

    /// All signing keys of a partner, oldest first.
    async fn list_signing_keys(
        &self,
        partner: PartnerId,
    ) -> Result<Vec<SigningKeyRecord>, StorageError>;
}

/// What a client is looked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientKey {
    /// Its `id`.
    Id(Uuid),
    /// Its `client_id`.
    ClientId(String),
}

/// A client and what it may get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientWithGrants {
    /// The client.
    pub client: Client,
    /// Its grants.
    pub grants: Vec<Grant>,
}

/// A connection and its newest events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionWithEvents {
    /// The connection.
    pub connection: Connection,
    /// Oldest first.
    pub events: Vec<ConnectionEvent>,
}

/// A connection of an account under its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedConnection {
    /// The name.
    pub name: ConnectionName,
    /// The connection and its newest events.
    pub record: ConnectionWithEvents,
}

/// An event in a connection's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEvent {
    /// The connection's version after it; the place to go on from.
    pub version: u64,
    /// The event.
    pub event: ConnectionEvent,
}
