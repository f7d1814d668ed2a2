//! The server is restarted, dies, or is away for a while.

use integration_tests::database_server::DatabaseServer;

use super::Served;
use crate::load::Load;

/// What the first failure can be.
const ENDS: [&str; 4] = [
    "Connection refused",
    "the database system is shutting down",
    "due to administrator command",
    "connection closed",
];

/// As many times as the server goes.
const TIMES: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restarted_under_load_it_loses_nothing_and_goes_on_by_itself() {
    let mut server = DatabaseServer::start(&[]).await;
    let served = Served::on(&server, &[]).await;
    let load = Load::start(&served.caller, &served.account);

    for time in 0..TIMES {
        load.more_acknowledged(100).await;
        if time % 2 == 0 {
            server.stop().await;
        } else {
            server.kill().await;
        }
        served.becomes(503).await;
        let ready = served.caller.get("/health/ready").await;
        ready.assert_unavailable();
        served.read().await.assert_unavailable();
        server.start_again().await;
        served.becomes(200).await;
        load.more_acknowledged(100).await;
    }
    load.stop_and_check(&served.caller).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn away_it_refuses_at_once_and_grows_no_memory() {
    let mut server = DatabaseServer::start(&[]).await;
    let settings = [
        ("KOBLING_DATABASE__OUTCOME_SECONDS_MAX", "1"),
        ("KOBLING_DATABASE__CONNECT_SECONDS_MAX", "1"),
    ];
    let served = Served::on(&server, &settings).await;
    let load = Load::start(&served.caller, &served.account);
    load.more_acknowledged(200).await;

    server.stop().await;
    // Of the batch that was under way nobody can learn more now; all later ones are refused.
    load.more_refused(200).await;
    let before = served.process.memory_kib("VmRSS");
    load.more_refused(3_000).await;
    let grown = served.process.memory_kib("VmRSS").saturating_sub(before);
    assert!(grown < 16 * 1_024, "{grown} KiB");
    served
        .caller
        .get("/health/ready")
        .await
        .assert_unavailable();
    served.read().await.assert_unavailable();
    // The first that failed is told, and that may be one while the server was about to end.
    let said = served.process.record("a batch was not written").await;
    let error = said["error"].as_str().unwrap();
    assert!(ENDS.iter().any(|why| error.contains(why)), "{said}");

    server.start_again().await;
    served.becomes(200).await;
    load.more_acknowledged(200).await;
    let ledger = load.stop().await;
    assert!(ledger.unknown.len() <= 4, "{:?}", ledger.unknown);
    ledger.check(&served.caller.log().await);
}
