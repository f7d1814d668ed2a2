//! A connection that is lost in the middle of a commit: the answer is what is stored, never what is not true.

use std::time::Duration;

use domain::connections::EventRecorded;
use storage::conformance::SeededEntropy;
use storage::{Reader, StorageError, WriteError};
use storage_postgres::testing::TestDatabase;

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
