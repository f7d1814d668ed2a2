//! The one way to write: batches are whole, in order, and do not disturb each other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use domain::connections::ConnectionStatus::{Declined, Enabled, Pending};
use domain::connections::{Precondition, RecordEvent, RecordEventRefused};
use domain::log::Draft;
use domain::{Change, Needs, PartnerId, Proposal, Timestamp, View};

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

pub async fn making_sure_of_writes_changes_nothing(db: TestDatabase) {
    assert_eq!(db.storage.check_writes().await, Ok(()));
    let (partner, account) = db.partner_with_account("T112").await;
    let stream = db.stream(partner).await;
    assert_eq!(db.storage.check_writes().await, Ok(()));
    assert_eq!(db.stream(partner).await, stream);
    let recorded = db.record(db.event(account, "vipps", Pending)).await;
    assert_eq!(recorded.version, 1);
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
