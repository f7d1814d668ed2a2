//! The server's processes stand still for longer than a statement may take, as on a machine that hangs.

use std::time::Duration;

use integration_tests::database_server::DatabaseServer;
use tokio::task::JoinSet;

use super::{PATIENCE, Served};

/// Changes that may wait in each lane.
const QUEUE: usize = 4;
const CALLS: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_is_given_up_and_the_queue_stays_short() {
    let server = DatabaseServer::start(&[]).await;
    let queue = QUEUE.to_string();
    let settings = [
        ("KOBLING_DATABASE__STATEMENT_SECONDS_MAX", "1"),
        ("KOBLING_DATABASE__CONNECT_SECONDS_MAX", "1"),
        ("KOBLING_DATABASE__OUTCOME_SECONDS_MAX", "1"),
        ("KOBLING_LIMITS__QUEUE_MAX", queue.as_str()),
    ];
    let served = Served::on(&server, &settings).await;
    let (caller, account) = (&served.caller, &served.account);
    caller.report(account, "vipps", "before").await;

    server.freeze();
    let mut calls = JoinSet::new();
    for number in 0..CALLS {
        let (caller, account) = (caller.clone(), account.clone());
        calls.spawn(async move {
            let event = format!("meanwhile {number}");
            caller.try_to_report(&account, "vipps", &event).await
        });
    }
    let mut full = 0;
    let answered = tokio::time::timeout(PATIENCE, async {
        while let Some(answer) = calls.join_next().await {
            let answer = answer.unwrap();
            assert_eq!(answer.status, 503, "{answer:?}");
            match answer.retry_after.as_deref() {
                Some("1") => full += 1,
                _ => answer.assert_unavailable(),
            }
        }
    });
    answered.await.unwrap();
    assert!(full > CALLS / 2, "{full} found the queue full");
    served.becomes(503).await;
    served.read().await.assert_unavailable();
    let said = served.process.record("a batch was not written").await;
    let error = said["error"].as_str().unwrap();
    assert!(error.contains("has not"), "{said}");

    server.thaw();
    served.becomes(200).await;
    caller.report(account, "vipps", "after").await;
    let log = caller.log().await;
    let events = log
        .iter()
        .filter_map(|entry| entry["data"]["event"]["event"].as_str());
    assert_eq!(events.collect::<Vec<_>>(), ["before", "after"]);
}

/// Frozen in the middle of load: what was under way may be a commit, whose outcome is found once the server goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn batches_that_were_under_way_are_told_as_they_ended() {
    let server = DatabaseServer::start(&[]).await;
    let settings = [
        ("KOBLING_DATABASE__STATEMENT_SECONDS_MAX", "1"),
        ("KOBLING_DATABASE__CONNECT_SECONDS_MAX", "1"),
    ];
    let served = Served::on(&server, &settings).await;
    let load = crate::load::Load::start(&served.caller, &served.account);
    for _ in 0..3 {
        load.more_acknowledged(50).await;
        server.freeze();
        served.becomes(503).await;
        tokio::time::timeout(Duration::from_secs(10), served.read())
            .await
            .unwrap()
            .assert_unavailable();
        server.thaw();
        served.becomes(200).await;
    }
    load.more_acknowledged(50).await;
    load.stop_and_check(&served.caller).await;
}
