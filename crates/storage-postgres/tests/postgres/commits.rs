//! A connection that is lost in the middle of a commit: the answer is what is stored, never what is not true.

use std::sync::Arc;
use std::time::Duration;

use domain::connections::{EventRecorded, Idempotency, IdempotencyHash, RequestHash};
use storage::conformance::SeededEntropy;
use storage::{Reader, Storage as _, StorageError, WriteError};
use storage_postgres::testing::TestDatabase;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::proxy::{Break, Proxy};
use crate::{begin, event, open, whole_log, write};

type Answer = Result<EventRecorded, WriteError>;

/// What an event is answered whose commit breaks, and whether it is stored afterwards.
async fn broken(how: Break) -> (Answer, bool) {
    let database = TestDatabase::migrated().await;
    let proxy = Proxy::start(&database).await;
    let mut options = proxy.options(&database);
    options.outcome_timeout = Duration::from_secs(if how == Break::AfterAndAway { 1 } else { 30 });
    let node = open(&options, 1).await;
    let [account, _] = begin(&node, "T112").await;
    let entropy = SeededEntropy::new(5);
    write(&node, vec![event(account, &entropy, "one")])
        .await
        .unwrap();
    proxy.break_next(how).await;
    let written = write(&node, vec![event(account, &entropy, "two")]).await;
    let answer = written.map(|mut outcomes| outcomes.remove(0).unwrap());
    let look_ups = node.figures().server.unwrap().look_ups;
    let counted = (look_ups.stored, look_ups.not_stored, look_ups.unknown);
    let expected = match how {
        Break::Before | Break::Never => (0, 1, 0),
        Break::After | Break::Late => (1, 0, 0),
        Break::AfterAndAway => (0, 0, 1),
    };
    assert_eq!(counted, expected);
    assert!(look_ups.nanos > 0);

    let beside = open(&database.options(), 2).await;
    let log = whole_log(&beside, account.partner()).await;
    assert!(log.iter().map(|entry| entry.seq).eq(1..=log.len() as u64));
    let is_stored = |text: &str| {
        let quoted = format!("\"{text}\"");
        let found = log
            .iter()
            .filter(|entry| entry.payload.as_str().contains(&quoted));
        found.count()
    };
    assert_eq!(is_stored("one"), 1);
    let stored = is_stored("two");
    assert!(stored <= 1, "stored {stored} times");

    if how != Break::AfterAndAway {
        let goes_on = write(&node, vec![event(account, &entropy, "three")]).await;
        let version = goes_on.unwrap().remove(0).unwrap().version;
        assert_eq!(version, 2 + stored as u64);
    }
    (answer, stored == 1)
}

fn block_on<T>(test: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test)
}

#[test]
fn a_commit_that_never_reached_the_server_is_a_failure() {
    let (answer, is_stored) = block_on(broken(Break::Before));
    assert!(!is_stored);
    assert!(
        matches!(
            answer,
            Err(WriteError::NotWritten(StorageError::Unavailable(_)))
        ),
        "{answer:?}"
    );
}

#[test]
fn a_commit_whose_answer_was_lost_is_a_success() {
    let (answer, is_stored) = block_on(broken(Break::After));
    assert!(is_stored);
    assert_eq!(answer.unwrap().version, 2);
}

#[test]
fn a_commit_that_is_still_on_its_way_is_waited_for() {
    let (answer, is_stored) = block_on(broken(Break::Late));
    assert!(is_stored);
    assert_eq!(answer.unwrap().version, 2);
}

#[test]
fn a_node_that_is_stopped_in_a_batch_soon_lets_others_go_on() {
    block_on(async {
        let database = TestDatabase::migrated().await;
        let proxy = Proxy::start(&database).await;
        let mut options = proxy.options(&database);
        options.idle_timeout = Duration::from_secs(1);
        options.statement_timeout = Duration::from_secs(3_600);
        let stopped = open(&options, 1).await;
        let [account, _] = begin(&stopped, "T112").await;
        proxy.break_next(Break::Never).await;
        let entropy = SeededEntropy::new(5);
        let wish = || vec![event(account, &entropy, "one")];
        let other = async {
            proxy.has_stopped().await;
            let mut options = database.options();
            // Whoever waits for the row gets it, or this test does not end.
            options.lock_timeout = Duration::from_secs(3_600);
            options.statement_timeout = Duration::from_secs(3_600);
            let node = open(&options, 2).await;
            write(&node, wish()).await
        };
        let (lost, other) = tokio::join!(write(&stopped, wish()), other);
        assert!(matches!(lost, Err(WriteError::NotWritten(_))), "{lost:?}");
        assert_eq!(other.unwrap().remove(0).unwrap().version, 1);
    });
}

#[test]
fn a_commit_that_nobody_can_ask_about_is_unknown() {
    let (answer, is_stored) = block_on(broken(Break::AfterAndAway));
    assert!(is_stored);
    assert!(
        matches!(answer, Err(WriteError::OutcomeUnknown(_))),
        "{answer:?}"
    );
}

#[test]
fn a_connection_that_was_lost_while_idle_is_no_failure() {
    block_on(async {
        let database = TestDatabase::migrated().await;
        let node = open(&database.options(), 1).await;
        let [account, _] = begin(&node, "T112").await;
        node.find_stream(account.partner()).await.unwrap();
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        database.run(others).await;
        let entropy = SeededEntropy::new(5);
        let written = write(&node, vec![event(account, &entropy, "one")]).await;
        assert_eq!(written.unwrap().remove(0).unwrap().version, 1);
        assert!(node.find_stream(account.partner()).await.unwrap().is_some());
    });
}

#[test]
fn a_server_that_hangs_is_waited_for_once_and_not_on_every_connection() {
    block_on(async {
        let database = TestDatabase::migrated().await;
        let proxy = Proxy::start(&database).await;
        let mut options = proxy.options(&database);
        options.statement_timeout = Duration::from_secs(1);
        let node = Arc::new(open(&options, 1).await);
        let accounts = [
            begin(&*node, "T112").await[0],
            begin(&*node, "T113").await[0],
        ];
        let entropy = Arc::new(SeededEntropy::new(5));
        // One waits for a lock while the other writes, so that each has a connection.
        let lock = "BEGIN; SELECT 1 FROM streams WHERE partner = 'T112' FOR UPDATE";
        let held = database.hold(lock).await;
        let waiting = {
            let (node, entropy, handle) =
                (Arc::clone(&node), Arc::clone(&entropy), Handle::current());
            spawn_blocking(move || {
                let wish = event(accounts[0], &entropy, "one");
                handle.block_on(write(&*node, vec![wish]))
            })
        };
        let waiting_for_locks = "SELECT 'one' FROM pg_locks WHERE NOT granted";
        while database.texts(waiting_for_locks).await.is_empty() {}
        let wish = event(accounts[1], &entropy, "two");
        write(&*node, vec![wish]).await.unwrap();
        node.find_stream(accounts[1].partner()).await.unwrap();
        drop(held);
        drop(waiting.await.unwrap());

        proxy.get_stuck();
        let wish = || vec![event(accounts[1], &entropy, "three")];
        let first = write(&*node, wish()).await;
        assert!(matches!(first, Err(WriteError::NotWritten(_))), "{first:?}");
        assert!(node.find_stream(accounts[1].partner()).await.is_err());
        let second = write(&*node, wish()).await;
        assert!(second.is_ok(), "{second:?}");
        let found = node.find_stream(accounts[1].partner()).await;
        assert!(found.is_ok(), "{found:?}");
    });
}

#[test]
fn a_repeat_is_answered_only_when_what_it_repeats_is_safe() {
    block_on(async {
        let database = TestDatabase::migrated().await;
        let node = open(&database.options(), 1).await;
        let [account, _] = begin(&node, "T112").await;
        let entropy = SeededEntropy::new(5);
        let wish = || {
            let mut wish = event(account, &entropy, "one");
            wish.idempotency = Some(Idempotency {
                key: IdempotencyHash([1; 32]),
                request: RequestHash([2; 32]),
            });
            vec![wish]
        };
        let first = write(&node, wish()).await.unwrap().remove(0).unwrap();
        // Who locks a row leaves the number of the transaction in it, and the server knows how that one ended.
        let last = "SELECT xmax::text FROM streams WHERE partner = 'T112'";
        let ended = "SELECT pg_xact_status(xmax::text::xid8) FROM streams WHERE partner = 'T112'";
        let before = database.texts(last).await;
        let again = write(&node, wish()).await.unwrap().remove(0).unwrap();
        assert_eq!((again.event, again.version), (first.event, first.version));
        assert!(again.replayed);
        assert_ne!(database.texts(last).await, before);
        assert_eq!(database.texts(ended).await, ["committed"]);
    });
}

#[test]
fn who_goes_away_before_a_hanging_server_answers_leaves_the_connection_to_nobody() {
    block_on(async {
        let database = TestDatabase::migrated().await;
        let proxy = Proxy::start(&database).await;
        let mut options = proxy.options(&database);
        options.connect_timeout = Duration::from_secs(1);
        let node = open(&options, 1).await;
        let partner = begin(&node, "T112").await[0].partner();
        node.find_stream(partner).await.unwrap();
        proxy.get_stuck();
        // Longer than it takes to connect, and shorter than answers are waited for.
        let impatient = Duration::from_secs(2);
        let asked = tokio::time::timeout(impatient, node.find_stream(partner)).await;
        assert!(asked.is_err(), "{asked:?}");
        let asked = tokio::time::timeout(impatient, node.find_stream(partner)).await;
        assert!(asked.unwrap().unwrap().is_some());
    });
}
