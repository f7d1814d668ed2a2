//! The engine that reads and writes a file: what `storage::Storage` wants beside the reads of `reading.rs`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use async_trait::async_trait;
use domain::{Change, Clock, Entropy, Timestamp};
use storage::copying::StoredCheck;
use storage::{Durability, Installation, Storage, StorageError, StorageFigures, WriteError};
use uuid::Uuid;

use crate::connect::{OpenError, SqliteOptions, open_for_writing};
use crate::error::Result;
use crate::figures::Figures;
use crate::others::Others;
use crate::place::Place;
use crate::readers::Readers;
use crate::reading::Sqlite;
use crate::remembered_rows::RememberedRows;
use crate::serve_lock::lock_file;
use crate::wal::{self, Checkpointer};
use crate::writer::Writer;
use crate::{answers, installation, leases, migrations};

/// A database in one SQLite file that is read and written.
pub type SqliteStorage = Sqlite<Writing>;

/// What a file that is written needs beside its readers.
#[derive(Debug)]
pub struct Writing {
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
        if matches!(
            installation::find_check(&db),
            Ok(Some(StoredCheck::Unfinished(_)))
        ) {
            let path = options.path.clone();
            return Err(OpenError::Unfinished { path });
        }
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
        let writing = Writing {
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
        };
        Ok(Self { readers, writing })
    }
}

impl Writing {
    fn writer(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Storage for SqliteStorage {
    async fn write(&self, changes: &mut [&mut dyn Change]) -> std::result::Result<(), WriteError> {
        self.writing.writer().write(changes)
    }

    fn partners_per_batch_max(&self) -> usize {
        usize::MAX
    }

    async fn check_writes(&self) -> Result<()> {
        if self.writing.durability.is_known() {
            return Ok(());
        }
        self.writing.writer().try_to_commit()
    }

    fn changes_of_others(&self) -> Option<u64> {
        if let Some(recent) = self.writing.others.recent() {
            return Some(recent);
        }
        match self.writing.writer.try_lock() {
            Ok(writer) => self.writing.others.look(&writer.db).ok(),
            // A batch is being written: it looked when it could begin, and nobody else can commit before it ends. One that
            // still waits for another process looks as soon as that one is done.
            Err(TryLockError::WouldBlock) => Some(self.writing.others.last_seen()),
            Err(TryLockError::Poisoned(_)) => None,
        }
    }

    async fn set_up(&self, wanted: Installation) -> Result<Installation> {
        let writer = self.writing.writer();
        installation::insert_if_missing(&writer.db, &wanted)?;
        let missing = || StorageError::Damaged("the installation row is missing".to_owned());
        installation::find(&writer.db)?.ok_or_else(missing)
    }

    async fn forget_answers(&self, before: Timestamp, limit: usize) -> Result<usize> {
        answers::delete_before(&self.writing.writer().db, before, limit)
    }

    async fn take_lease(&self, name: &str, holder: Uuid, lasting: Duration) -> Result<bool> {
        let writer = self.writing.writer();
        leases::take(&writer.db, name, holder, writer.clock.now(), lasting)
    }

    async fn give_up_lease(&self, name: &str, holder: Uuid) -> Result<()> {
        leases::give_up(&self.writing.writer().db, name, holder)
    }

    fn figures(&self) -> StorageFigures {
        self.writing.figures.read(self.writing.wal_pages_max)
    }
}
