//! The engine: the questions of `storage::Storage` handed to the tables.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};

use async_trait::async_trait;
use domain::accounts::Account;
use domain::clients::Client;
use domain::connections::ConnectionName;
use domain::grants::Grant;
use domain::signing_keys::SigningKeyRecord;
use domain::{AccountId, Change, Clock, Entropy, PartnerId, Stream, Timestamp};
use storage::{
    AccountsPage, ClientKey, ClientWithGrants, ConnectionWithEvents, EventsPage, HistoryEvent,
    Installation, LogPage, NamedConnection, Storage, StorageError, StorageFigures, StoredLogEntry,
    WriteError,
};

use crate::connect::{OpenError, SqliteOptions, open_for_writing};
use crate::durability::Durability;
use crate::error::Result;
use crate::figures::Figures;
use crate::others::Others;
use crate::place::Place;
use crate::readers::Readers;
use crate::remembered_rows::RememberedRows;
use crate::serve_lock::lock_file;
use crate::wal::{self, Checkpointer};
use crate::writer::Writer;
use crate::{
    accounts, answers, clients, connections, grants, installation, log_entries, migrations,
    signing_keys, streams,
};

/// A database in one SQLite file.
#[derive(Debug)]
pub struct SqliteStorage {
    readers: Readers,
    writer: Mutex<Writer>,
    others: Arc<Others>,
    figures: Arc<Figures>,
    durability: Arc<Durability>,
    wal_pages_max: u32,
}

impl SqliteStorage {
    /// Opens the file, making it where it is missing and bringing it to the newest schema.
    ///
    /// # Errors
    /// The file cannot be used, is another program's, or was written by a later version.
    pub fn open(
        options: &SqliteOptions,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> std::result::Result<Self, OpenError> {
        let lock_path = options.beside("-opening");
        let lock = lock_file(&lock_path).and_then(|file| file.lock().map(|()| file));
        let lock = lock.map_err(|source| OpenError::Lock {
            path: lock_path,
            source,
        })?;
        let mut db = open_for_writing(options).map_err(OpenError::explained)?;
        migrations::migrate(&mut db, &options.path).map_err(OpenError::explained)?;
        drop(lock);
        wal::count_pages(&db);
        let figures = Arc::new(Figures::default());
        let checkpointer = Checkpointer::start(options, &figures)?;
        let place = Place::of(&options.path).map_err(|source| OpenError::Vanished {
            path: options.path.clone(),
            source,
        })?;
        let readers = Readers::new(options.clone(), Some(place.clone()));
        let durability = Arc::new(Durability::new());
        let others = Arc::new(Others::new());
        Ok(Self {
            readers,
            others: Arc::clone(&others),
            writer: Mutex::new(Writer {
                db,
                checkpointer,
                clock,
                entropy,
                others,
                rows: RememberedRows::new(),
                figures: Arc::clone(&figures),
                durability: Arc::clone(&durability),
                place,
            }),
            durability,
            figures,
            wal_pages_max: options.wal_pages_hard,
        })
    }

    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn write(&self, changes: &mut [&mut dyn Change]) -> std::result::Result<(), WriteError> {
        self.writer().write(changes)
    }

    async fn check_writes(&self) -> Result<()> {
        if self.durability.is_known() {
            return Ok(());
        }
        self.writer().try_to_commit()
    }

    fn changes_of_others(&self) -> Option<u64> {
        if let Some(recent) = self.others.recent() {
            return Some(recent);
        }
        match self.writer.try_lock() {
            Ok(writer) => self.others.look(&writer.db).ok(),
            // A batch is being written: it looked when it could begin, and nobody else can commit before it ends. One that
            // still waits for another process looks as soon as that one is done.
            Err(TryLockError::WouldBlock) => Some(self.others.last_seen()),
            Err(TryLockError::Poisoned(_)) => None,
        }
    }

    async fn find_installation(&self) -> Result<Option<Installation>> {
        self.readers.ask(installation::find)
    }

    async fn set_up(&self, wanted: Installation) -> Result<Installation> {
        let writer = self.writer();
        installation::insert_if_missing(&writer.db, &wanted)?;
        let missing = || StorageError::Damaged("the installation row is missing".to_owned());
        installation::find(&writer.db)?.ok_or_else(missing)
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

    async fn forget_answers(&self, before: Timestamp, limit: usize) -> Result<usize> {
        answers::delete_before(&self.writer().db, before, limit)
    }

    fn figures(&self) -> StorageFigures {
        self.figures.read(self.wal_pages_max)
    }
}
