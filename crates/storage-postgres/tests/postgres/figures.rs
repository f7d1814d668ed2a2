//! What the engine counts of its connections.

use std::sync::Arc;
use std::time::Duration;

use storage::conformance::SeededEntropy;
use storage::{ConnectionFigures, LogPage, Reader, ServerFigures, Storage};
use storage_postgres::PostgresStorage;
use storage_postgres::testing::TestDatabase;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::{begin, event, open, write};

fn figures(node: &PostgresStorage) -> ServerFigures {
    node.figures().server.unwrap()
}

/// Until the figures are as expected.
async fn until(node: &PostgresStorage, expected: impl Fn(&ServerFigures) -> bool) -> ServerFigures {
    loop {
        let now = figures(node);
        if expected(&now) {
            return now;
        }
        tokio::task::yield_now().await;
    }
}

/// One connection for each kind.
async fn narrow(database: &TestDatabase, lock_timeout: Duration) -> Arc<PostgresStorage> {
    let mut options = database.options();
    options.writers_max = 1;
    options.readers_max = 1;
    options.lock_timeout = lock_timeout;
    Arc::new(open(&options, 1).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn those_in_use_and_those_who_wait_are_counted_while_they_do() {
    let database = TestDatabase::migrated().await;
    let node = narrow(&database, Duration::from_secs(60)).await;
    let nothing = ConnectionFigures {
        max: 1,
        ..ConnectionFigures::default()
    };
    let before = figures(&node);
    assert_eq!((before.writing, before.reading), (nothing, nothing));
    let [account, _] = begin(&*node, "T112").await;
    node.list_streams().await.unwrap();
    let open_and_idle = ConnectionFigures {
        open: 1,
        opened: 1,
        ..nothing
    };
    let idle = figures(&node);
    assert_eq!((idle.writing, idle.reading), (open_and_idle, open_and_idle));

    let lock = "BEGIN; LOCK TABLE log_entries IN ACCESS EXCLUSIVE MODE";
    let held = database.hold(lock).await;
    let entropy = Arc::new(SeededEntropy::new(5));
    let writing = ["one", "two", "three"].map(|text| {
        let (node, entropy, handle) = (Arc::clone(&node), Arc::clone(&entropy), Handle::current());
        spawn_blocking(move || {
            let wish = event(account, &entropy, text);
            handle.block_on(write(&*node, vec![wish])).unwrap()
        })
    });
    let reading = [(); 3].map(|()| {
        let node = Arc::clone(&node);
        let page = LogPage { after: 0, limit: 9 };
        tokio::spawn(async move { node.list_log(account.partner(), page).await.unwrap() })
    });
    let full = |now: &ConnectionFigures| (now.open, now.in_use, now.waiting) == (1, 1, 2);
    until(&node, |now| full(&now.writing) && full(&now.reading)).await;
    drop(held);
    for task in writing {
        task.await.unwrap().remove(0).unwrap();
    }
    for task in reading {
        task.await.unwrap();
    }
    let after = figures(&node);
    assert_eq!(
        (after.writing, after.reading),
        (open_and_idle, open_and_idle)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_ended_is_lost_and_one_that_is_let_go_is_not() {
    let database = TestDatabase::migrated().await;
    let node = narrow(&database, Duration::from_millis(20)).await;
    let [account, _] = begin(&*node, "T112").await;
    let entropy = SeededEntropy::new(5);
    // The transaction is refused, so its connection is let go.
    let lock = "BEGIN; SELECT 1 FROM streams WHERE partner = 'T112' FOR UPDATE";
    let held = database.hold(lock).await;
    let wish = event(account, &entropy, "one");
    assert!(write(&*node, vec![wish]).await.is_err());
    drop(held);
    let let_go = until(&node, |now| now.writing.open == 0).await;
    assert_eq!((let_go.writing.opened, let_go.writing.lost), (1, 0));

    let wish = event(account, &entropy, "two");
    write(&*node, vec![wish]).await.unwrap().remove(0).unwrap();
    node.list_streams().await.unwrap();
    until(&node, |now| now.waking.open == 1).await;
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.run(others).await;
    let ended = until(&node, |now| {
        now.writing.open + now.reading.open + now.waking.open == 0
    })
    .await;
    let lost = [ended.writing, ended.reading, ended.waking].map(|kind| kind.lost);
    assert_eq!(lost, [1, 1, 1]);
    assert_eq!((ended.writing.opened, ended.reading.opened), (2, 1));
    let wish = event(account, &entropy, "three");
    write(&*node, vec![wish]).await.unwrap().remove(0).unwrap();
    assert_eq!(figures(&node).writing.opened, 3);
    assert_eq!(figures(&node).look_ups, storage::LookUpFigures::default());
}
