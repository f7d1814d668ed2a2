//! Connections that an operator ends, and a lock that somebody else holds.

use tokio::task::JoinSet;
use tokio_postgres::NoTls;

use super::{PATIENCE, Served};
use crate::commands::program::Caller;
use crate::load::Load;

/// Ends every other connection to this database.
const TERMINATE: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

async fn other_client(served: &Served) -> tokio_postgres::Client {
    let address = served.here.database().url();
    let (client, connection) = tokio_postgres::connect(&address, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_ended_under_load_lose_and_double_nothing() {
    let served = Served::on_shared(&[]).await;
    let operator = other_client(&served).await;
    let load = Load::start(&served.caller, &served.account);

    let mut ended = 0;
    for _ in 0..30 {
        load.more_acknowledged(20).await;
        let row = operator.query_one(TERMINATE, &[]).await.unwrap();
        ended += row.get::<_, i64>(0);
    }
    assert!(ended >= 30, "{ended} connections were ended");
    load.more_acknowledged(20).await;
    served.becomes(200).await;
    load.stop_and_check(&served.caller).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_on_one_partner_is_in_the_way_of_that_partner_alone() {
    let served = Served::on_shared(&[("KOBLING_DATABASE__LOCK_SECONDS_MAX", "1")]).await;
    let caller = &served.caller;
    let arguments = ["bootstrap", "--partner", "T113", "--json"];
    let client = served.here.run(&arguments).await.assert_ok().json();
    let other = Caller::of(&served.here, &served.process, &client).await;
    let holder = other_client(&served).await;
    let take = "BEGIN; SELECT 1 FROM streams WHERE partner = 'T112' FOR UPDATE";
    holder.batch_execute(take).await.unwrap();

    let mut waiting = JoinSet::new();
    for number in 0..5 {
        let (caller, account) = (caller.clone(), served.account.clone());
        waiting.spawn(async move {
            let event = format!("in vain {number}");
            caller.try_to_report(&account, "vipps", &event).await
        });
    }
    let mut others = 0;
    while !waiting.is_empty() {
        let event = format!("goes on {others}");
        let answer = other.try_to_report("T11300000", "vipps", &event).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        others += 1;
        while let Some(answer) = waiting.try_join_next() {
            answer.unwrap().assert_unavailable();
        }
    }
    assert!(others > 10, "{others} of the other partner");
    assert_eq!(served.read().await.status, 200);
    let said = served.process.record("a batch was not written").await;
    let error = said["error"].as_str().unwrap();
    assert!(error.contains("lock timeout"), "{said}");

    holder.batch_execute("ROLLBACK").await.unwrap();
    caller.report(&served.account, "vipps", "free again").await;
    served.becomes(200).await;
    let log = caller.log().await;
    let events = log
        .iter()
        .filter(|entry| entry["data"]["event"].is_object());
    assert_eq!(events.count(), 1);
}

/// A node with a batch under way that waits for a lock, and whose caller is gone; and who holds the lock.
async fn stuck() -> (Served, tokio_postgres::Client) {
    let long = [
        ("KOBLING_DATABASE__LOCK_SECONDS_MAX", "300"),
        ("KOBLING_DATABASE__STATEMENT_SECONDS_MAX", "300"),
    ];
    let served = Served::on_shared(&long).await;
    let holder = other_client(&served).await;
    let take = "BEGIN; SELECT 1 FROM streams WHERE partner = 'T112' FOR UPDATE";
    holder.batch_execute(take).await.unwrap();
    let (caller, account) = (served.caller.clone(), served.account.clone());
    let asking =
        tokio::spawn(async move { caller.try_to_report(&account, "vipps", "alone").await });
    let waits = "SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while holder.query(waits, &[]).await.unwrap().is_empty() {}
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    served.process.ask_to_stop();
    let said = "stopping: what was accepted is finished; a second signal cuts it off";
    served.process.record(said).await;
    (served, holder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_told_to_stop_ends_with_a_batch_whose_callers_are_gone() {
    let (served, holder) = stuck().await;
    holder.batch_execute("ROLLBACK").await.unwrap();
    let ended = tokio::time::timeout(PATIENCE, served.process.ended()).await;
    assert!(ended.unwrap().success());
    let stored = "SELECT 1 FROM log_entries WHERE payload LIKE '%\"alone\"%'";
    assert_eq!(holder.query(stored, &[]).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_told_twice_ends_although_a_batch_waits() {
    let (served, holder) = stuck().await;
    served.process.ask_to_stop();
    let ended = tokio::time::timeout(PATIENCE, served.process.ended()).await;
    assert!(ended.unwrap().success());
    holder.batch_execute("ROLLBACK").await.unwrap();
}
