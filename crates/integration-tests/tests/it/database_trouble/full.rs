//! The disk of the server is full.

use integration_tests::database_server::DatabaseServer;

use super::Served;
use crate::load::Load;

/// Enough for an empty installation.
const ROOM: u64 = 64 * 1_024 * 1_024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_changes_until_there_is_room() {
    let server = DatabaseServer::start_on_small_disk(ROOM).await;
    let served = Served::on(&server, &[]).await;
    let load = Load::start(&served.caller, &served.account);
    load.more_acknowledged(100).await;

    server.fill().await;
    load.more_refused(50).await;
    served
        .caller
        .get("/health/ready")
        .await
        .assert_unavailable();
    assert_eq!(served.caller.get("/health/live").await.status, 200);
    assert_eq!(served.read().await.status, 200);
    let said = served.process.record("a batch was not written").await;
    let error = said["error"].as_str().unwrap();
    assert!(error.contains("No space left on device"), "{said}");

    server.make_room().await;
    served.becomes(200).await;
    load.more_acknowledged(100).await;
    load.stop_and_check(&served.caller).await;
}
