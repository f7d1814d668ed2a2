//! Writers and readers at the same time.

use std::sync::{Arc, Weak};

use domain::clients::{AddClient, Client};
use domain::connections::ConnectionStatus::{Enabled, Pending};
use domain::connections::{Precondition, RecordEvent};
use domain::{AccountId, Proposal};
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::ClientKey;
use crate::conformance::wishes::delete_client;
use crate::conformance::{TestDatabase, outcome};

/// Keeps writing batches of two events for each account: first `pending`, then `enabled`.
fn write_pairs(db: &Arc<TestDatabase>, accounts: &[AccountId]) -> JoinHandle<()> {
    let (db, accounts, handle) = (db.clone(), accounts.to_vec(), Handle::current());
    spawn_blocking(move || {
        for _ in 0..25 {
            let mut wishes = Vec::new();
            for status in [Pending, Enabled] {
                wishes.extend(accounts.iter().map(|of| db.event(*of, "vipps", status)));
            }
            for outcome in handle.block_on(db.write_all(wishes)) {
                outcome.unwrap();
            }
        }
    })
}

/// Looks until the writing is dropped, and then once more.
fn watch(db: &Arc<TestDatabase>, of: AccountId, writing: Weak<()>) -> JoinHandle<()> {
    let (db, handle) = (db.clone(), Handle::current());
    spawn_blocking(move || {
        let mut seen = 0;
        loop {
            let last = writing.strong_count() == 0;
            if let Some(found) = handle.block_on(db.connection(of, "vipps")) {
                let version = found.connection.version();
                assert_eq!(found.connection.status, Enabled, "half a batch");
                assert_eq!(version % 2, 0, "half a batch");
                assert_eq!(found.events.len() as u64, version);
                assert!(version >= seen, "{version} after {seen}");
                seen = version;
            }
            let log = handle.block_on(db.log_by_pages(of.partner(), usize::MAX));
            assert!(log.iter().map(|entry| entry.seq).eq(1..=log.len() as u64));
            assert!(log.is_sorted_by_key(|entry| entry.at));
            let about = handle.block_on(db.account_log_by_pages(of, usize::MAX));
            assert_eq!(about.len() % 2, 1, "the account and whole batches");
            if last {
                return;
            }
        }
    })
}

pub async fn concurrent_writers_and_readers_see_only_whole_batches(db: TestDatabase) {
    let (one, of_one) = db.partner_with_account("T112").await;
    let (two, of_two) = db.partner_with_account("T113").await;
    let db = Arc::new(db);
    let writing = Arc::new(());
    let watchers = [of_one, of_two].map(|of| watch(&db, of, Arc::downgrade(&writing)));
    // The third writer names the partners the other way round, as a deadlock would need it.
    let writers = [&[of_one][..], &[of_one, of_two], &[of_two, of_one]];
    let mut failed = None;
    for writer in writers.map(|accounts| write_pairs(&db, accounts)) {
        failed = writer.await.err().or(failed);
    }
    drop(writing);
    for watcher in watchers {
        watcher.await.unwrap();
    }
    assert!(failed.is_none(), "{failed:?}");
    for (partner, account, events) in [(one, of_one, 150), (two, of_two, 100)] {
        assert_eq!(db.stream(partner).await.last_seq, events + 2);
        let found = db.connection(account, "vipps").await.unwrap();
        assert_eq!(found.connection.version(), events);
    }
}

pub async fn of_concurrent_writers_with_one_if_match_one_wins(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    db.record(db.event(account, "vipps", Pending)).await;
    let db = Arc::new(db);
    for version in 1..10 {
        let tasks: Vec<JoinHandle<bool>> = (0..4)
            .map(|_| {
                let (db, handle) = (db.clone(), Handle::current());
                spawn_blocking(move || {
                    let wish = RecordEvent {
                        only_if: Some(Precondition::Version(vec![version])),
                        ..db.event(account, "vipps", Enabled)
                    };
                    handle.block_on(db.write(wish)).is_ok()
                })
            })
            .collect();
        let mut won = 0;
        for task in tasks {
            won += usize::from(task.await.unwrap());
        }
        assert_eq!(won, 1, "at version {version}");
    }
}

/// Puts another client with two grants in the place of one, in one batch with an event.
async fn replace_client(db: &TestDatabase, old: &Client) -> Client {
    let wish = db.add_client(old.account, &old.client_id);
    // The clock stands still, so that the id can be told beforehand.
    let new = Client {
        id: wish.id_seed.id_at(old.created_at),
        ..old.clone()
    };
    let mut event = Proposal::new(db.event(old.account, "vipps", Pending));
    let mut deleted = Proposal::new(delete_client(old));
    let mut added: Proposal<AddClient> = Proposal::new(wish);
    let mut grants = [&new, &new].map(|client| Proposal::new(db.add_grant(client)));
    let [one, two] = &mut grants;
    db.write_batch(&mut [&mut deleted, &mut added, one, two, &mut event])
        .await;
    assert!(outcome(deleted).is_ok());
    assert_eq!(outcome(added), Ok(new.clone()));
    assert!(grants.into_iter().all(|grant| outcome(grant).is_ok()));
    new
}

pub async fn a_concurrent_reader_is_told_of_one_moment(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let mut client = replace_client(&db, &client).await;
    let db = Arc::new(db);
    let writing = Arc::new(());
    let reader = {
        let (db, handle) = (db.clone(), Handle::current());
        let writing = Arc::downgrade(&writing);
        let key = ClientKey::ClientId("till".to_owned());
        spawn_blocking(move || {
            while writing.strong_count() > 0 {
                let found = handle.block_on(db.storage.find_client(partner, &key));
                let found = found.unwrap().unwrap();
                let id = found.client.id;
                assert!(found.grants.iter().all(|grant| grant.client == id));
                assert_eq!(found.grants.len(), 2, "of another moment than the client");
                let log = handle.block_on(db.account_log_by_pages(account, usize::MAX));
                let seqs = log.iter().map(|entry| entry.seq);
                assert!(
                    seqs.eq(2..log.len() as u64 + 2),
                    "a hole in the account's log"
                );
            }
        })
    };
    for _ in 0..60 {
        client = replace_client(&db, &client).await;
        if reader.is_finished() {
            break;
        }
    }
    drop(writing);
    reader.await.unwrap();
}
