//! The one way to write: batches are whole, in order, and do not disturb each other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use domain::connections::ConnectionStatus::{Declined, Enabled, Pending};
use domain::connections::{Precondition, RecordEvent, RecordEventRefused};
use domain::log::Draft;
use domain::{AccountId, Change, Needs, PartnerId, Proposal, Timestamp, View};
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::conformance::{TestDatabase, outcome};

pub async fn a_refused_change_leaves_its_neighbours_alone(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    db.record(db.event(account, "vipps", Pending)).await;
    let mut first = Proposal::new(db.event(account, "vipps", Pending));
    let mut refused = Proposal::new(RecordEvent {
        only_if: Some(Precondition::Version(vec![1])),
        ..db.event(account, "vipps", Declined)
    });
    let mut unknown = Proposal::new(db.add_client("T11200009".parse().unwrap(), "till"));
    let mut last = Proposal::new(db.event(account, "vipps", Enabled));
    db.write_batch(&mut [&mut first, &mut refused, &mut unknown, &mut last])
        .await;
    assert_eq!(outcome(first).unwrap().version, 2);
    let mismatch = RecordEventRefused::VersionMismatch { present: Some(2) };
    assert_eq!(outcome(refused), Err(mismatch));
    assert!(outcome(unknown).is_err());
    let last = outcome(last).unwrap();
    assert_eq!(last.version, 3);
    let found = db.connection(account, "vipps").await.unwrap();
    assert_eq!(found.connection.status, Enabled);
    assert_eq!(found.events.len(), 3);
    assert_eq!(found.events[2], last.event);
    assert_eq!(db.stream(partner).await.last_seq, 5);
}

pub async fn a_batch_without_anything_to_write_writes_nothing(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let before = db.stream(partner).await;
    db.clock.step(std::time::Duration::from_secs(1));
    db.write_batch(&mut []).await;
    let refused = (0..3).map(|_| RecordEvent {
        only_if: Some(Precondition::Exists),
        ..db.event(account, "vipps", Pending)
    });
    assert!(db.write_all(refused).await.iter().all(Result::is_err));
    assert_eq!(db.stream(partner).await, before);
    assert_eq!(db.connection(account, "vipps").await, None);
}

pub async fn a_batch_of_a_thousand_changes_over_many_partners_is_one(db: TestDatabase) {
    let ids = (0..20).map(|number| format!("T{number:03}").parse::<PartnerId>().unwrap());
    let partners: Vec<PartnerId> = ids.collect();
    db.write_all(partners.iter().map(|partner| db.add_partner(*partner)))
        .await;
    let wishes = (0..1_000).map(|at| {
        let account = partners[at * 7 % 20].own_account();
        db.event(account, ["vipps", "swish"][at / 20 % 2], Pending)
    });
    let outcomes = db.write_all(wishes).await;
    assert!(outcomes.iter().all(Result::is_ok));
    for partner in partners {
        let seqs = db.log(partner).await.into_iter().map(|entry| entry.seq);
        assert!(seqs.eq(1..=51), "{partner}");
        for name in ["vipps", "swish"] {
            let found = db.connection(partner.own_account(), name).await.unwrap();
            assert_eq!(found.connection.version(), 25);
        }
    }
}

/// A rule with a fault in it.
#[derive(Debug)]
struct Faulty(PartnerId);

impl Change for Faulty {
    fn partner(&self) -> PartnerId {
        self.0
    }

    fn needs(&self, _: &mut Needs) {}

    fn decide(&mut self, _: &View, _: Timestamp) -> Vec<Draft> {
        panic!("this rule panics on purpose")
    }
}

pub async fn a_batch_that_panics_leaves_nothing_and_stops_no_other(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let before = db.stream(partner).await;
    let mut event = Proposal::new(db.event(account, "vipps", Pending));
    let mut faulty = Faulty(partner);
    let mut changes: [&mut dyn Change; 2] = [&mut event, &mut faulty];
    let mut write = pin!(db.storage.write(&mut changes));
    let panicked = std::future::poll_fn(|context| {
        match catch_unwind(AssertUnwindSafe(|| write.as_mut().poll(context))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(_)) => Poll::Ready(false),
            Err(_) => Poll::Ready(true),
        }
    });
    assert!(panicked.await);
    assert_eq!(db.stream(partner).await, before);
    assert_eq!(db.connection(account, "vipps").await, None);
    assert_eq!(
        db.record(db.event(account, "vipps", Pending)).await.version,
        1
    );
}

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

/// Looks until the writers are done, and then once more.
fn watch(db: &Arc<TestDatabase>, of: AccountId, done: &Arc<AtomicBool>) -> JoinHandle<()> {
    let (db, done, handle) = (db.clone(), done.clone(), Handle::current());
    spawn_blocking(move || {
        let mut seen = 0;
        loop {
            let last = done.load(Ordering::SeqCst);
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
    let done = Arc::new(AtomicBool::new(false));
    let watchers = [of_one, of_two].map(|account| watch(&db, account, &done));
    // The third writer names the partners the other way round, as a deadlock would need it.
    let writers = [&[of_one][..], &[of_one, of_two], &[of_two, of_one]];
    let mut failed = None;
    for writer in writers.map(|accounts| write_pairs(&db, accounts)) {
        failed = writer.await.err().or(failed);
    }
    done.store(true, Ordering::SeqCst);
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
