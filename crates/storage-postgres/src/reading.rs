//! The questions of `storage::Reader` handed to the tables, once for everybody who has the database open.

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
use crate::wake_ups::Listener;
use crate::{
    accounts, clients, connections, grants, history, installation, log_entries, signing_keys,
    streams,
};

/// A database on a PostgreSQL server. It can always be read; `W` is what writes to it, if anything does.
#[derive(Debug)]
pub struct Postgres<W> {
    pub(crate) readers: Readers,
    pub(crate) listener: Listener,
    pub(crate) writing: W,
}

#[async_trait]
impl<W: Send + Sync + std::fmt::Debug> Reader for Postgres<W> {
    async fn find_installation(&self) -> Result<Option<Installation>> {
        self.readers
            .ask(|session| async move { installation::find(&session).await })
            .await
    }

    async fn find_stream(&self, partner: PartnerId) -> Result<Option<Stream>> {
        self.readers
            .ask(|session| async move { streams::find(&session, partner).await })
            .await
    }

    async fn wait_for_entries(
        &self,
        partner: PartnerId,
        after: u64,
        at_most: Duration,
    ) -> Result<u64> {
        let look_every = self.readers.options().look_every;
        let until = Instant::now() + at_most;
        let mut waiting = self.listener.wait().await;
        loop {
            let stream = self.find_stream(partner).await?;
            let last = stream.map_or(0, |stream| stream.last_seq);
            let left = until.saturating_duration_since(Instant::now());
            if last > after || left.is_zero() {
                return Ok(last);
            }
            tokio::select! {
                () = waiting.woken(partner) => {}
                () = sleep(left.min(look_every)) => {}
            }
        }
    }

    async fn list_streams(&self) -> Result<Vec<(PartnerId, Stream)>> {
        self.readers
            .ask_long(|session| async move { streams::list(&session).await })
            .await
    }

    async fn find_account(&self, account: AccountId) -> Result<Option<Account>> {
        self.readers
            .ask(|session| async move { accounts::find(&session, account).await })
            .await
    }

    async fn list_accounts(&self, partner: PartnerId, page: AccountsPage) -> Result<Vec<Account>> {
        self.readers
            .ask_long(|session| async move { accounts::list(&session, partner, page).await })
            .await
    }

    async fn find_connection(
        &self,
        account: AccountId,
        name: ConnectionName,
        events_max: usize,
    ) -> Result<Option<ConnectionWithEvents>> {
        self.readers
            .ask(|session| async move {
                connections::find_with_events(&session, account, name, events_max).await
            })
            .await
    }

    async fn list_connections(
        &self,
        account: AccountId,
        events_max: usize,
    ) -> Result<Vec<NamedConnection>> {
        self.readers
            .ask(|session| async move {
                connections::list_with_events(&session, account, events_max).await
            })
            .await
    }

    async fn list_connection_events(
        &self,
        account: AccountId,
        name: ConnectionName,
        page: EventsPage,
    ) -> Result<Option<Vec<HistoryEvent>>> {
        self.readers
            .ask_long(|session| async move { history::page(&session, account, name, page).await })
            .await
    }

    async fn list_log(&self, partner: PartnerId, page: LogPage) -> Result<Vec<StoredLogEntry>> {
        self.readers
            .ask_long(|session| async move { log_entries::list(&session, partner, page).await })
            .await
    }

    async fn list_account_log(
        &self,
        account: AccountId,
        page: LogPage,
    ) -> Result<Vec<StoredLogEntry>> {
        self.readers
            .ask_long(|session| async move { history::account_log(&session, account, page).await })
            .await
    }

    async fn find_client(
        &self,
        partner: PartnerId,
        key: &ClientKey,
    ) -> Result<Option<ClientWithGrants>> {
        self.readers
            .ask(|session| async move { clients::find(&session, partner, key).await })
            .await
    }

    async fn list_clients(&self, account: AccountId) -> Result<Vec<Client>> {
        self.readers
            .ask(|session| async move { clients::list(&session, account).await })
            .await
    }

    async fn list_grants(&self, account: AccountId) -> Result<Vec<Grant>> {
        self.readers
            .ask(|session| async move { grants::list(&session, account).await })
            .await
    }

    async fn list_signing_keys(&self, partner: PartnerId) -> Result<Vec<SigningKeyRecord>> {
        self.readers
            .ask(|session| async move { signing_keys::list(&session, partner).await })
            .await
    }
}
