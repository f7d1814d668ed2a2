//! The engine opened for reading alone, for commands that look at a database and must not change it.
//!
//! Nothing is made where it is missing, and no schema is brought up to date.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use domain::accounts::Account;
use domain::clients::Client;
use domain::connections::ConnectionName;
use domain::grants::Grant;
use domain::signing_keys::SigningKeyRecord;
use domain::{AccountId, Change, PartnerId, Stream, Timestamp};
use storage::{
    AccountsPage, ClientKey, ClientWithGrants, ConnectionWithEvents, EventsPage, HistoryEvent,
    Installation, LogPage, NamedConnection, Storage, StorageError, StorageFigures, StoredLogEntry,
    WriteError,
};
use thiserror::Error;

use crate::connect::SqliteOptions;
use crate::contents::schema;
use crate::error::Result;
use crate::existing::{ExistingError, Use, open_existing};
use crate::migrations::SCHEMA_VERSION;
use crate::readers::Readers;
use crate::{
    accounts, clients, connections, grants, installation, log_entries, signing_keys, streams,
};

/// A database in one SQLite file that is read and never written.
#[derive(Debug)]
pub struct ReadOnlySqlite {
    readers: Readers,
}

/// The file cannot be read.
#[derive(Debug, Error)]
pub enum ReadOnlyError {
    /// It is not there, or no database of Kobling.
    #[error(transparent)]
    Existing(#[from] ExistingError),
    /// It is of another schema.
    #[error(
        "the database {path} has schema {found}, and this version of Kobling reads schema {SCHEMA_VERSION}; \
         an older one is brought up to date when kobling serve starts, a newer one needs the version that wrote it"
    )]
    OtherSchema {
        /// The file.
        path: PathBuf,
        /// Its schema.
        found: usize,
    },
    /// It cannot be asked.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl ReadOnlySqlite {
    /// Opens a file that is there, beside a server or without one.
    ///
    /// # Errors
    /// It is not there, no database of Kobling, or of another schema.
    pub fn open(path: &Path) -> std::result::Result<Self, ReadOnlyError> {
        let db = open_existing(path, Use::Shared)?;
        let found = schema(&db)?;
        if found != SCHEMA_VERSION {
            return Err(ReadOnlyError::OtherSchema {
                path: path.to_owned(),
                found,
            });
        }
        Ok(Self {
            readers: Readers::new(SqliteOptions::at(path), None),
        })
    }
}

fn refused() -> StorageError {
    StorageError::Unavailable("it was opened for reading alone".to_owned())
}

#[async_trait]
impl Storage for ReadOnlySqlite {
    async fn write(&self, _: &mut [&mut dyn Change]) -> std::result::Result<(), WriteError> {
        Err(refused().into())
    }

    async fn check_writes(&self) -> Result<()> {
        Err(refused())
    }

    /// Whoever reads beside the server remembers nothing.
    fn changes_of_others(&self) -> Option<u64> {
        None
    }

    fn figures(&self) -> StorageFigures {
        StorageFigures::default()
    }

    async fn find_installation(&self) -> Result<Option<Installation>> {
        self.readers.ask(installation::find)
    }

    async fn set_up(&self, _: Installation) -> Result<Installation> {
        Err(refused())
    }

    async fn find_stream(&self, partner: PartnerId) -> Result<Option<Stream>> {
        self.readers.ask(|db| streams::find(db, partner))
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

    async fn forget_answers(&self, _: Timestamp, _: usize) -> Result<usize> {
        Err(refused())
    }
}
