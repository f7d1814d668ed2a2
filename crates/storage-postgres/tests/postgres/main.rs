//! The engine for several nodes: the suite of every engine, and what only a server has.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "these are tests, and their helpers are not marked as such"
)]

mod commits;
mod connecting;
mod copying;
mod distribution;
mod figures;
mod migrating;
mod nodes;
mod proxy;
mod reading;

use std::sync::Arc;

use domain::accounts::AddAccount;
use domain::connections::{ConnectionName, ConnectionStatus, NewConnectionEvent, RecordEvent};
use domain::partners::AddPartner;
use domain::{
    AccountId, Caller, Change, Clock, Decide, Entropy, IdSeed, JsonText, PartnerId, Proposal,
    SealedBytes,
};
use storage::conformance::{Fresh, SeededEntropy, SteppingClock, outcome};
use storage::{LogPage, Reader, Storage, StoredLogEntry, WriteError};
use storage_postgres::testing::TestDatabase;
use storage_postgres::{Migrate, PostgresOptions, PostgresStorage};

storage::conformance_suite!(make);

async fn make(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Fresh {
    let database = TestDatabase::migrated().await;
    let opened = PostgresStorage::open(&database.options(), Migrate::No, clock, entropy).await;
    Fresh {
        storage: Arc::new(opened.unwrap()),
        resources: Box::new(database),
    }
}

/// A node of its own, with its own randomness.
async fn open(options: &PostgresOptions, seed: u64) -> PostgresStorage {
    let clock = Arc::new(SteppingClock::default());
    let entropy = Arc::new(SeededEntropy::new(seed));
    let opened = PostgresStorage::open(options, Migrate::No, clock, entropy).await;
    opened.unwrap()
}

/// Writes a batch of changes of one kind.
async fn write<D: Decide>(
    storage: &dyn Storage,
    wishes: Vec<D>,
) -> Result<Vec<Result<D::Done, D::Refused>>, WriteError> {
    let mut proposals: Vec<_> = wishes.into_iter().map(Proposal::new).collect();
    let mut changes: Vec<&mut dyn Change> = Vec::with_capacity(proposals.len());
    for proposal in &mut proposals {
        changes.push(proposal);
    }
    storage.write(&mut changes).await?;
    Ok(proposals.into_iter().map(outcome).collect())
}

/// Sets up a partner with two accounts.
async fn begin(storage: &dyn Storage, partner: &str) -> [AccountId; 2] {
    let partner: PartnerId = partner.parse().unwrap();
    let entropy = SeededEntropy::new(1_000);
    let caller = Caller::command("bootstrap");
    let stands = AddPartner {
        caller: caller.clone(),
        partner,
        data_key: SealedBytes(vec![1; 48]),
        id_seed: IdSeed::draw(&entropy),
    };
    write(storage, vec![stands]).await.unwrap();
    let account = || AddAccount {
        caller: caller.clone(),
        partner,
        document: JsonText::from_checked("{}"),
        id_seed: IdSeed::draw(&entropy),
    };
    let added = write(storage, vec![account(), account()]).await.unwrap();
    let ids = added.into_iter().map(|added| added.unwrap().id);
    ids.collect::<Vec<_>>().try_into().unwrap()
}

/// An event, told apart from others by its text.
fn event(account: AccountId, entropy: &SeededEntropy, text: &str) -> RecordEvent {
    RecordEvent {
        caller: Caller::command("provider"),
        account,
        connection: ConnectionName::parse("vipps").unwrap(),
        event: NewConnectionEvent {
            status: ConnectionStatus::Pending,
            event: text.to_owned(),
            description: None,
            metadata: None,
        },
        id_seed: IdSeed::draw(entropy),
        only_if: None,
        idempotency: None,
    }
}

async fn whole_log(reader: &dyn Reader, partner: PartnerId) -> Vec<StoredLogEntry> {
    let page = LogPage {
        after: 0,
        limit: usize::MAX,
    };
    reader.list_log(partner, page).await.unwrap()
}
