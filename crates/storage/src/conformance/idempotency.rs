//! Answers kept under idempotency keys.

use std::time::Duration;

use domain::connections::ConnectionStatus::{Declined, Enabled, Pending};
use domain::connections::{
    EventRecorded, IDEMPOTENCY_RETENTION, Precondition, RecordEvent, RecordEventRefused,
};
use domain::{AccountId, Clock, PartnerId};

use crate::conformance::TestDatabase;
use crate::conformance::wishes::key;

const TICK: Duration = Duration::from_millis(1);

/// An event for `vipps` under the key of this number, with the body of that.
fn keyed(db: &TestDatabase, account: AccountId, number: u8, body: u8) -> RecordEvent {
    let mut wish = db.event(account, "vipps", Enabled);
    wish.event.event = format!("body {body}");
    wish.idempotency = key(number, body);
    wish
}

fn again(first: &EventRecorded) -> EventRecorded {
    EventRecorded {
        replayed: true,
        ..first.clone()
    }
}

async fn last_seq(db: &TestDatabase, partner: PartnerId) -> u64 {
    db.stream(partner).await.last_seq
}

pub async fn a_repeat_gets_the_first_answer(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let first = db.record(keyed(&db, account, 1, 1)).await;
    db.clock.step(Duration::from_mins(5));
    db.record(db.event(account, "vipps", Declined)).await;
    let reached = last_seq(&db, partner).await;
    for _ in 0..2 {
        assert_eq!(db.record(keyed(&db, account, 1, 1)).await, again(&first));
    }
    assert_eq!(last_seq(&db, partner).await, reached);
    let found = db.connection(account, "vipps").await.unwrap().connection;
    assert_eq!((found.status, found.version()), (Declined, 2));
}

pub async fn an_idempotent_repeat_in_the_same_batch_gets_the_first_answer(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let repeats = (0..3).map(|_| keyed(&db, account, 1, 1));
    let mut outcomes = db.write_all(repeats).await.into_iter();
    let first = outcomes.next().unwrap().unwrap();
    assert!(!first.replayed);
    for outcome in outcomes {
        assert_eq!(outcome, Ok(again(&first)));
    }
    assert_eq!(last_seq(&db, partner).await, 3);
}

pub async fn a_key_with_another_body_is_refused(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let refused = Err(RecordEventRefused::IdempotencyKeyReused);
    let wishes = [1, 2].map(|body| keyed(&db, account, 1, body));
    let mut outcomes = db.write_all(wishes).await.into_iter();
    let first = outcomes.next().unwrap().unwrap();
    assert_eq!(outcomes.next(), Some(refused.clone()));
    assert_eq!(db.write(keyed(&db, account, 1, 3)).await, refused);
    assert_eq!(db.record(keyed(&db, account, 1, 1)).await, again(&first));
    assert_eq!(last_seq(&db, partner).await, 3);
}

pub async fn an_answer_is_forgotten_after_a_day(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    let first = db.record(keyed(&db, account, 1, 1)).await;
    db.clock.step(IDEMPOTENCY_RETENTION - TICK);
    assert_eq!(db.record(keyed(&db, account, 1, 1)).await, again(&first));
    db.clock.step(TICK);
    let second = db.record(keyed(&db, account, 1, 2)).await;
    assert_eq!((second.version, second.replayed), (2, false));
    assert_eq!(db.record(keyed(&db, account, 1, 2)).await, again(&second));
    let refused = Err(RecordEventRefused::IdempotencyKeyReused);
    assert_eq!(db.write(keyed(&db, account, 1, 1)).await, refused);
}

pub async fn a_repeat_ignores_if_match(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    db.record(db.event(account, "vipps", Pending)).await;
    let wish = || RecordEvent {
        only_if: Some(Precondition::Version(vec![1])),
        ..keyed(&db, account, 1, 1)
    };
    let first = db.record(wish()).await;
    assert_eq!(db.record(wish()).await, again(&first));
}

pub async fn a_refused_event_leaves_its_key_free(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    let refused = RecordEvent {
        only_if: Some(Precondition::Exists),
        ..keyed(&db, account, 1, 1)
    };
    let mut outcomes = db
        .write_all([refused.clone(), keyed(&db, account, 1, 2)])
        .await
        .into_iter();
    assert!(outcomes.next().unwrap().is_err());
    assert!(!outcomes.next().unwrap().unwrap().replayed);
    let other = RecordEvent {
        idempotency: key(2, 1),
        only_if: Some(Precondition::Version(vec![9])),
        ..refused
    };
    assert!(db.write(other).await.is_err());
    assert!(!db.record(keyed(&db, account, 2, 2)).await.replayed);
}

pub async fn one_key_is_another_under_another_partner(db: TestDatabase) {
    let (_, one) = db.partner_with_account("T112").await;
    let (_, two) = db.partner_with_account("P112").await;
    let wishes = [(one, 1), (two, 2)].map(|(account, body)| keyed(&db, account, 1, body));
    for outcome in db.write_all(wishes).await {
        assert!(!outcome.unwrap().replayed);
    }
    assert!(db.record(keyed(&db, one, 1, 1)).await.replayed);
    assert!(db.record(keyed(&db, two, 1, 2)).await.replayed);
}

pub async fn keys_that_differ_little_are_different(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    for at in [0, 15, 31] {
        for bit in [1, 0x80] {
            let mut wish = keyed(&db, account, 1, 1);
            if let Some(idempotency) = &mut wish.idempotency {
                idempotency.key.0[at] ^= bit;
            }
            assert!(!db.record(wish).await.replayed);
        }
    }
    assert!(!db.record(keyed(&db, account, 1, 1)).await.replayed);
}

pub async fn answers_are_forgotten_some_at_a_time_from_before_a_moment(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let (_, elsewhere) = db.partner_with_account("T113").await;
    let begin = db.clock.now();
    for number in 0..5 {
        db.record(keyed(&db, account, number, 1)).await;
        db.clock.step(TICK);
    }
    db.record(keyed(&db, elsewhere, 0, 1)).await;
    let log = db.log(partner).await;
    let forget = async |before, limit| db.storage.forget_answers(before, limit).await.unwrap();
    assert_eq!(forget(begin, 100).await, 0);
    assert_eq!(forget(begin.plus(TICK * 4), 0).await, 0);
    assert_eq!(forget(begin.plus(TICK * 4), 3).await, 3);
    assert_eq!(forget(begin.plus(TICK * 4), 3).await, 1);
    assert_eq!(forget(begin.plus(TICK * 4), 3).await, 0);
    assert_eq!(db.log(partner).await, log);
    assert!(db.record(keyed(&db, account, 4, 1)).await.replayed);
    assert!(db.record(keyed(&db, elsewhere, 0, 1)).await.replayed);
    for number in 0..4 {
        assert!(!db.record(keyed(&db, account, number, 1)).await.replayed);
    }
}
