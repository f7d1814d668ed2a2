//! The embedded engine: the suite of every engine, and what only SQLite has.

#![expect(
    clippy::unwrap_used,
    reason = "these are tests, and their helpers are not marked as such"
)]

mod backup;
mod failing;
mod older_schema;
mod opening;
mod sharing;
mod write_ahead_log;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::accounts::AddAccount;
use domain::connections::{
    ConnectionName, ConnectionStatus, EventRecorded, NewConnectionEvent, RecordEvent,
};
use domain::partners::AddPartner;
use domain::{
    AccountId, Caller, Change, Clock, Decide, Entropy, IdSeed, JsonText, PartnerId, Proposal,
    SealedBytes,
};
use storage::conformance::{Fresh, SeededEntropy, SteppingClock, outcome};
use storage::{LogPage, Reader, Storage, StoredLogEntry, WriteError};
use storage_sqlite::{SqliteOptions, SqliteStorage};
use tempfile::TempDir;

storage::conformance_suite!(make);

async fn make(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::at(file_in(&folder));
    Fresh {
        storage: Arc::new(SqliteStorage::open(&options, clock, entropy).unwrap()),
        resources: Box::new(folder),
    }
}

fn file_in(folder: &TempDir) -> PathBuf {
    folder.path().join("kobling.db")
}

/// A connection as another program would have it.
fn raw(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}

fn open(options: &SqliteOptions, seed: u64) -> SqliteStorage {
    let clock = Arc::new(SteppingClock::default());
    SqliteStorage::open(options, clock, Arc::new(SeededEntropy::new(seed))).unwrap()
}

/// Writes a batch of changes of one kind.
async fn write<D: Decide>(
    storage: &dyn Storage,
    wishes: Vec<D>,
) -> Result<Vec<Result<D::Done, D::Refused>>, WriteError> {
    let mut proposals: Vec<_> = wishes.into_iter().map(Proposal::new).collect();
    let mut changes: Vec<&mut dyn Change> = Vec::new();
    for proposal in &mut proposals {
        changes.push(proposal);
    }
    storage.write(&mut changes).await?;
    Ok(proposals.into_iter().map(outcome).collect())
}

/// Sets up `T112` with `T11200001`.
async fn begin(storage: &dyn Storage) -> (PartnerId, AccountId) {
    let partner: PartnerId = "T112".parse().unwrap();
    let entropy = SeededEntropy::new(1_000);
    let stands = AddPartner {
        caller: Caller::command("bootstrap"),
        partner,
        data_key: SealedBytes(vec![1; 48]),
        id_seed: IdSeed::draw(&entropy),
    };
    write(storage, vec![stands]).await.unwrap();
    let account = AddAccount {
        caller: Caller::command("console"),
        partner,
        document: JsonText::from_checked("{}"),
        id_seed: IdSeed::draw(&entropy),
    };
    let added = write(storage, vec![account]).await.unwrap().remove(0);
    (partner, added.unwrap().id)
}

fn event(account: AccountId, entropy: &SeededEntropy, name: &str) -> RecordEvent {
    RecordEvent {
        caller: Caller::command("provider"),
        account,
        connection: ConnectionName::parse("vipps").unwrap(),
        event: NewConnectionEvent {
            status: ConnectionStatus::Enabled,
            event: name.to_owned(),
            description: None,
            metadata: None,
        },
        id_seed: IdSeed::draw(entropy),
        only_if: None,
        idempotency: None,
    }
}

async fn record(storage: &dyn Storage, wish: RecordEvent) -> EventRecorded {
    let done = write(storage, vec![wish]).await.unwrap().remove(0);
    done.unwrap()
}

async fn whole_log(storage: &dyn Reader, partner: PartnerId) -> Vec<StoredLogEntry> {
    let page = LogPage {
        after: 0,
        limit: usize::MAX,
    };
    storage.list_log(partner, page).await.unwrap()
}

fn assert_sound(path: &Path) {
    let db = raw(path);
    let check = |pragma: &str| -> String {
        db.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0))
            .unwrap()
    };
    assert_eq!(check("integrity_check"), "ok");
}
