//! The questions of `storage::Reader` handed to the tables, once for everybody who has the file open.

use std::time::Duration;

use async_trait::async_trait;
use domain::accounts::Account;
use domain::clients::Client;
use domain::connections::ConnectionName;
use domain::grants::Grant;
use domain::signing_keys::SigningKeyRecord;
use domain::{AccountId, PartnerId, Stream};
use storage::{
    AccountsPage, ClientKey, ClientWithGrants, ConnectionWithEvents, EventsPage, HistoryEvent,
    Installation, LogPage, NamedConnection, Reader, StoredLogEntry,
};

use tokio::time::{Instant, sleep};

use crate::error::Result;
use crate::readers::Readers;
use crate::{
    accounts, clients, connections, grants, installation, log_entries, signing_keys, streams,
};

/// How often a stream row is looked at by one who waits.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A database in one SQLite file. It can always be read; `W` is what writes to it, if anything does.
#[derive(Debug)]
pub struct Sqlite<W> {
    pub(crate) readers: Readers,
    pub(crate) writing: W,
}

#[async_trait]
impl<W: Send + Sync + std::fmt::Debug> Reader for Sqlite<W> {
    async fn find_installation(&self) -> Result<Option<Installation>> {
        self.readers.ask(installation::find)
    }

    async fn find_stream(&self, partner: PartnerId) -> Result<Option<Stream>> {
        self.readers.ask(|db| streams::find(db, partner))
    }

    /// Other processes may write, so the stream row is looked at; that is cheap in a file.
    async fn wait_for_entries(
        &self,
        partner: PartnerId,
        after: u64,
        at_most: Duration,
    ) -> Result<u64> {
        let until = Instant::now() + at_most;
        loop {
            let stream = self.readers.ask(|db| streams::find(db, partner))?;
            let last = stream.map_or(0, |stream| stream.last_seq);
            let left = until.saturating_duration_since(Instant::now());
            if last > after || left.is_zero() {
                return Ok(last);
            }
            sleep(left.min(LOOK_EVERY)).await;
        }
    }

    async fn list_streams(&self) -> Result<Vec<(PartnerId, Stream)>> {
        self.readers.ask(streams::list)
    }

    async fn find_account(&self, account: AccountId) -> Result<Option<Account>> {
        self.readers.ask(|db| accounts::find(db, account))
    }

    async fn list_accounts(&self, partner: PartnerId, page: AccountsPage) -> Result<Vec<Account>> {
        self.readers.ask(|db| accounts::list(db, partner, page))
    }

    async fn find_connection(
        &self,
        account: AccountId,
        name: ConnectionName,
        events_max: usize,
    ) -> Result<Option<ConnectionWithEvents>> {
        self.readers.ask_at_once(|db| {
            let Some(found) = connections::find(db, account, name)? else {
                return Ok(None);
            };
            connections::with_newest_events(db, account.partner(), found, events_max).map(Some)
        })
    }

    async fn list_connections(
        &self,
        account: AccountId,
        events_max: usize,
    ) -> Result<Vec<NamedConnection>> {
        self.readers
            .ask_at_once(|db| connections::list_with_events(db, account, events_max))
    }

    async fn list_connection_events(
        &self,
        account: AccountId,
        name: ConnectionName,
        page: EventsPage,
    ) -> Result<Option<Vec<HistoryEvent>>> {
        self.readers.ask_at_once(|db| {
            let Some(found) = connections::find(db, account, name)? else {
                return Ok(None);
            };
            connections::page_of(db, account.partner(), &found, page).map(Some)
        })
    }

    async fn list_log(&self, partner: PartnerId, page: LogPage) -> Result<Vec<StoredLogEntry>> {
        self.readers.ask(|db| log_entries::list(db, partner, page))
    }

    async fn list_account_log(
        &self,
        account: AccountId,
        page: LogPage,
    ) -> Result<Vec<StoredLogEntry>> {
        self.readers
            .ask_at_once(|db| log_entries::list_of_account(db, account, page))
    }

    async fn find_client(
        &self,
        partner: PartnerId,
        key: &ClientKey,
    ) -> Result<Option<ClientWithGrants>> {
        self.readers.ask_at_once(|db| {
            let Some(client) = clients::find(db, partner, key)? else {
                return Ok(None);
            };
            let grants = grants::of_client(db, partner, client.id)?;
            Ok(Some(ClientWithGrants { client, grants }))
        })
    }

    async fn list_clients(&self, account: AccountId) -> Result<Vec<Client>> {
        self.readers.ask(|db| clients::list(db, account))
    }

    async fn list_grants(&self, account: AccountId) -> Result<Vec<Grant>> {
        self.readers.ask(|db| grants::list(db, account))
    }

    async fn list_signing_keys(&self, partner: PartnerId) -> Result<Vec<SigningKeyRecord>> {
        self.readers.ask(|db| signing_keys::list(db, partner))
    }
}
