//! Leases: who does what in the background.
//!
//! An engine measures them by its database's clock where there is one, so nothing here relies on the test's clock alone.

use std::time::{Duration, Instant};

use domain::Clock;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use crate::conformance::TestDatabase;

/// Longer than any test takes.
const LONG: Duration = Duration::from_hours(1);

/// Soon over, whosever clock it is.
const SHORT: Duration = Duration::from_millis(20);

/// How long an engine with a clock of its own may take over a short lease before something is wrong.
const PATIENCE: Duration = Duration::from_secs(30);

const NAME: &str = "sweep";

const ONE: Uuid = Uuid::from_u128(1);
const TWO: Uuid = Uuid::from_u128(2);

async fn take(db: &TestDatabase, name: &str, holder: Uuid, lasting: Duration) -> bool {
    let taken = db.storage.take_lease(name, holder, lasting).await;
    taken.unwrap()
}

async fn give_up(db: &TestDatabase, name: &str, holder: Uuid) {
    db.storage.give_up_lease(name, holder).await.unwrap();
}

/// Asks for a short lease until it is given, a millisecond later each time by the test's clock. Answers the time that went
/// by until then: by that clock, and by the machine's.
async fn ask_until_given(db: &TestDatabase, holder: Uuid) -> (Duration, Duration) {
    let (began, mut stepped) = (Instant::now(), Duration::ZERO);
    let step = Duration::from_millis(1);
    while !take(db, NAME, holder, SHORT).await {
        assert!(began.elapsed() < PATIENCE, "the lease never ran out");
        db.clock.step(step);
        stepped += step;
    }
    (stepped, began.elapsed())
}

pub async fn one_takes_a_lease_and_another_does_not_get_it(db: TestDatabase) {
    assert!(take(&db, NAME, ONE, LONG).await);
    assert!(!take(&db, NAME, TWO, LONG).await);
    assert!(!take(&db, NAME, TWO, LONG).await);
    assert!(take(&db, NAME, ONE, LONG).await);
}

pub async fn a_holder_keeps_its_lease_by_asking_again(db: TestDatabase) {
    for _ in 0..5 {
        assert!(take(&db, NAME, ONE, LONG).await);
        db.clock.step(LONG * 2 / 3);
        assert!(!take(&db, NAME, TWO, LONG).await);
    }
    // A lease that is over and that nobody took is still its last holder's.
    db.clock.step(LONG);
    assert!(take(&db, NAME, ONE, LONG).await);
    assert!(!take(&db, NAME, TWO, LONG).await);
}

pub async fn a_lease_that_was_given_up_is_free(db: TestDatabase) {
    assert!(take(&db, NAME, ONE, LONG).await);
    give_up(&db, NAME, ONE).await;
    assert!(take(&db, NAME, TWO, LONG).await);
    assert!(!take(&db, NAME, ONE, LONG).await);
}

pub async fn nobody_gives_up_the_lease_of_another(db: TestDatabase) {
    give_up(&db, NAME, ONE).await;
    assert!(take(&db, NAME, ONE, LONG).await);
    give_up(&db, NAME, TWO).await;
    give_up(&db, "another", ONE).await;
    assert!(!take(&db, NAME, TWO, LONG).await);
}

pub async fn two_leases_are_apart(db: TestDatabase) {
    assert!(take(&db, NAME, ONE, LONG).await);
    assert!(take(&db, "Sweep", TWO, LONG).await);
    assert!(!take(&db, "Sweep", ONE, LONG).await);
    give_up(&db, NAME, ONE).await;
    assert!(!take(&db, "Sweep", ONE, LONG).await);
    assert!(take(&db, NAME, TWO, LONG).await);
}

pub async fn of_many_at_once_exactly_one_gets_a_lease(db: TestDatabase) {
    for round in 0..10 {
        let name = format!("round {round}");
        let tasks: Vec<_> = (0..8)
            .map(|holder| {
                let (storage, name) = (db.storage.clone(), name.clone());
                let handle = Handle::current();
                let holder = Uuid::from_u128(holder);
                spawn_blocking(move || handle.block_on(storage.take_lease(&name, holder, LONG)))
            })
            .collect();
        let mut taken = 0;
        for task in tasks {
            taken += usize::from(task.await.unwrap().unwrap());
        }
        assert_eq!(taken, 1, "in {name}");
    }
}

pub async fn the_lease_of_a_dead_holder_runs_out(db: TestDatabase) {
    let before = db.clock.now();
    let began = Instant::now();
    assert!(take(&db, NAME, ONE, SHORT).await);
    ask_until_given(&db, TWO).await;
    let stepped = db.clock.now() >= before.plus(SHORT);
    assert!(stepped || began.elapsed() >= SHORT, "given too early");
    assert!(take(&db, NAME, TWO, LONG).await);
    assert!(!take(&db, NAME, ONE, LONG).await);
}

pub async fn a_lease_ends_no_later_than_others_ask_for(db: TestDatabase) {
    assert!(take(&db, NAME, ONE, LONG).await);
    let (stepped, waited) = ask_until_given(&db, TWO).await;
    assert!(stepped >= SHORT || waited >= SHORT, "given too early");
    // A clock that was a year ahead for a while leaves no lease for a year.
    let year = LONG * 24 * 365;
    db.clock.step(year);
    assert!(take(&db, NAME, ONE, LONG).await || take(&db, NAME, TWO, LONG).await);
    db.clock.step_back(year);
    ask_until_given(&db, Uuid::from_u128(3)).await;
}
