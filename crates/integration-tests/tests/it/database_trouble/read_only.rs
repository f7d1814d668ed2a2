//! The server takes no writes, as a standby does, or one whose operator has set it so.

use integration_tests::database_server::DatabaseServer;

use super::Served;
use crate::load::Load;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_go_on_and_writes_are_refused_until_it_takes_them_again() {
    let server = DatabaseServer::start(&[]).await;
    let served = Served::on(&server, &[]).await;
    let load = Load::start(&served.caller, &served.account);
    load.more_acknowledged(100).await;

    server.set_read_only(true).await;
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
    assert!(error.contains("read-only transaction"), "{said}");

    server.set_read_only(false).await;
    served.becomes(200).await;
    load.more_acknowledged(100).await;
    load.stop_and_check(&served.caller).await;
}
