//! Questions of many callers on a few connections: one that takes long is in the way of few others.

use std::sync::Arc;
use std::time::Duration;

use domain::AccountId;
use domain::connections::ConnectionName;
use storage::conformance::SeededEntropy;
use storage::{AccountsPage, Reader, StorageError};
use storage_postgres::PostgresStorage;
use storage_postgres::testing::TestDatabase;
use tokio::task::JoinSet;

use crate::{begin, event, open, write};

/// Connections that read.
const READERS: usize = 4;

/// Of all questions that come while one is held up, so many may be stuck behind it.
const STUCK_MAX: usize = 7;

/// Accounts cannot be read meanwhile, connections can.
const LOCK_ACCOUNTS: &str = "BEGIN; LOCK TABLE account_documents IN ACCESS EXCLUSIVE MODE";

const WAITING: &str = "SELECT pid::text FROM pg_locks WHERE NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// A node that waits for locks for longer than the test takes, and an account with a connection.
async fn node(database: &TestDatabase) -> (Arc<PostgresStorage>, AccountId) {
    let mut options = database.options();
    options.readers_max = READERS;
    options.lock_timeout = Duration::from_secs(60);
    options.statement_timeout = Duration::from_secs(60);
    let node = Arc::new(open(&options, 1).await);
    let [account, _] = begin(&*node, "T112").await;
    let entropy = SeededEntropy::new(5);
    let written = write(&*node, vec![event(account, &entropy, "one")]).await;
    written.unwrap().remove(0).unwrap();
    (node, account)
}

/// So many callers who each ask for the connection.
fn find_connections(
    node: &Arc<PostgresStorage>,
    account: AccountId,
    callers: usize,
) -> JoinSet<Result<usize, StorageError>> {
    let mut asking = JoinSet::new();
    for _ in 0..callers {
        let node = Arc::clone(node);
        asking.spawn(async move {
            let vipps = ConnectionName::parse("vipps").unwrap();
            let found = node.find_connection(account, vipps, 9).await?;
            Ok(found.unwrap().events.len())
        });
    }
    asking
}

async fn until_waiting(database: &TestDatabase, questions: usize) {
    while database.texts(WAITING).await.len() < questions {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_take_long_do_not_hold_up_those_who_ask_for_a_connection() {
    let database = TestDatabase::migrated().await;
    let (node, account) = node(&database).await;
    let held = database.hold(LOCK_ACCOUNTS).await;
    let mut pages = JoinSet::new();
    for _ in 0..4 * READERS {
        let node = Arc::clone(&node);
        let page = AccountsPage {
            after: None,
            limit: 9,
        };
        pages.spawn(async move { node.list_accounts(account.partner(), page).await });
    }
    until_waiting(&database, READERS / 2).await;
    let mut asking = find_connections(&node, account, 100);
    while let Some(found) = asking.join_next().await {
        assert_eq!(found.unwrap(), Ok(1));
    }
    assert!(pages.try_join_next().is_none(), "a page did not wait");
    drop(held);
    while let Some(page) = pages.join_next().await {
        assert_eq!(page.unwrap().unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_is_held_up_holds_up_few_others() {
    const CALLERS: usize = 200;
    let database = TestDatabase::migrated().await;
    let (node, account) = node(&database).await;
    let held = database.hold(LOCK_ACCOUNTS).await;
    let stuck = {
        let node = Arc::clone(&node);
        tokio::spawn(async move { node.find_account(account).await })
    };
    until_waiting(&database, 1).await;
    let mut asking = find_connections(&node, account, CALLERS);
    for _ in STUCK_MAX..CALLERS {
        assert_eq!(asking.join_next().await.unwrap().unwrap(), Ok(1));
    }
    assert!(!stuck.is_finished(), "it did not wait");
    drop(held);
    assert!(stuck.await.unwrap().unwrap().is_some());
    while let Some(found) = asking.join_next().await {
        assert_eq!(found.unwrap(), Ok(1));
    }
}
