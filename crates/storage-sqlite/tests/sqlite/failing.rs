//! Writes that fail half-way or at the very end leave nothing, and later ones work.

use std::time::Duration;

use domain::{AccountId, PartnerId};
use rusqlite::Connection;
use storage::conformance::SeededEntropy;
use storage::{Reader, Storage, StorageError, WriteError};
use storage_sqlite::{SqliteOptions, SqliteStorage};
use tempfile::TempDir;

use crate::{assert_sound, begin, event, file_in, open, raw, record, whole_log, write};

/// A database with one event in it, and a second connection to make trouble with.
struct Troubled {
    storage: SqliteStorage,
    db: Connection,
    partner: PartnerId,
    account: AccountId,
    entropy: SeededEntropy,
    folder: TempDir,
}

impl Troubled {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut options = SqliteOptions::at(file_in(&folder));
        options.busy_timeout = Duration::from_millis(20);
        let storage = open(&options, 1);
        let (partner, account) = begin(&storage).await;
        let entropy = SeededEntropy::new(4);
        record(&storage, event(account, &entropy, "before")).await;
        Self {
            storage,
            db: raw(&options.path),
            partner,
            account,
            entropy,
            folder,
        }
    }

    /// Writes a batch of three, which must fail and leave nothing; answers how.
    async fn fail(&self) -> WriteError {
        let before = whole_log(&self.storage, self.partner).await;
        let stream = self.storage.find_stream(self.partner).await;
        let names = ["one", "two", "three"];
        let batch = names.map(|name| event(self.account, &self.entropy, name));
        let connection = batch[0].connection;
        let error = write(&self.storage, batch.to_vec()).await.unwrap_err();
        assert_eq!(whole_log(&self.storage, self.partner).await, before);
        assert_eq!(self.storage.find_stream(self.partner).await, stream);
        let found = self.storage.find_connection(self.account, connection, 9);
        assert_eq!(found.await.unwrap().unwrap().events.len(), 1);
        error
    }

    /// Later writes work, as if nothing had been.
    async fn recover(self) {
        let done = record(&self.storage, event(self.account, &self.entropy, "after")).await;
        assert_eq!(done.version, 2);
        let log = whole_log(&self.storage, self.partner).await;
        assert!(log.iter().map(|entry| entry.seq).eq(1..=4));
        drop(self.storage);
        assert_sound(&file_in(&self.folder));
    }
}

#[tokio::test]
async fn a_batch_that_fails_half_way_leaves_nothing() {
    let troubled = Troubled::new().await;
    let trigger = "CREATE TRIGGER trouble BEFORE INSERT ON log_entries
         WHEN NEW.payload LIKE '%three%' BEGIN SELECT RAISE(FAIL, 'trouble'); END";
    troubled.db.execute_batch(trigger).unwrap();
    let error = troubled.fail().await;
    assert!(matches!(
        error,
        WriteError::NotWritten(StorageError::Damaged(_))
    ));
    troubled.db.execute_batch("DROP TRIGGER trouble").unwrap();
    troubled.recover().await;
}

#[tokio::test]
async fn a_batch_whose_commit_fails_leaves_nothing() {
    let troubled = Troubled::new().await;
    // SQLite looks at a deferred foreign key when the transaction commits.
    let trigger = "CREATE TABLE parents (id INTEGER PRIMARY KEY);
         CREATE TABLE children (id INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER trouble AFTER INSERT ON log_entries
         BEGIN INSERT INTO children VALUES (1); END";
    troubled.db.execute_batch(trigger).unwrap();
    let error = troubled.fail().await;
    assert!(matches!(error, WriteError::NotWritten(_)), "{error}");
    troubled.db.execute_batch("DROP TRIGGER trouble").unwrap();
    troubled.recover().await;
}

#[tokio::test]
async fn a_batch_while_another_process_writes_too_long_is_not_written() {
    let troubled = Troubled::new().await;
    troubled.db.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = troubled.fail().await;
    assert!(matches!(
        error,
        WriteError::NotWritten(StorageError::Unavailable(_))
    ));
    troubled.db.execute_batch("ROLLBACK").unwrap();
    troubled.recover().await;
}

#[tokio::test]
async fn what_cannot_be_written_is_known_until_it_can() {
    let troubled = Troubled::new().await;
    assert_eq!(troubled.storage.check_writes().await, Ok(()));
    troubled.db.execute_batch("BEGIN IMMEDIATE").unwrap();
    // A commit of a moment ago is trusted; a failure ends that.
    assert_eq!(troubled.storage.check_writes().await, Ok(()));
    troubled.fail().await;
    for _ in 0..2 {
        let error = troubled.storage.check_writes().await.unwrap_err();
        assert!(matches!(error, StorageError::Unavailable(_)), "{error}");
    }
    troubled.db.execute_batch("ROLLBACK").unwrap();
    assert_eq!(troubled.storage.check_writes().await, Ok(()));
    let room = troubled.folder.path().read_dir().unwrap();
    let mut names = room.map(|entry| entry.unwrap().file_name());
    assert!(names.all(|name| !name.to_string_lossy().ends_with("-room")));
    troubled.recover().await;
}
