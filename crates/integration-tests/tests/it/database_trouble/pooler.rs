//! PgBouncer between the service and the server.

use integration_tests::database::Database;
use integration_tests::database_server::DatabaseServer;
use integration_tests::pooler::Pooler;

use super::Served;
use crate::commands::program::{Installation, Ran};
use crate::load::Load;

/// As many times as the pooler goes.
const TIMES: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_one_of_sessions_it_serves_and_survives_its_end() {
    let server = DatabaseServer::start(&[]).await;
    let mut pooler = Pooler::start(&server, "session").await;
    let served = Served::of(Database::at(&pooler.address()), &[]).await;
    let follow = ["events", "--partner", "T112", "--follow", "--limit", "50"];
    let following = served.here.command(&follow).spawn().unwrap();
    let waits = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";
    let operator = server.client().await;
    while operator.query(waits, &[]).await.unwrap().is_empty() {}
    let load = Load::start(&served.caller, &served.account);
    load.more_acknowledged(100).await;
    let followed = Ran::of_child(following).await.assert_ok().out;
    assert!(followed.contains("report"), "{followed}");

    for _ in 0..TIMES {
        pooler.kill().await;
        served.becomes(503).await;
        pooler.start_again().await;
        served.becomes(200).await;
        load.more_acknowledged(100).await;
    }
    load.stop_and_check(&served.caller).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn behind_one_of_transactions_no_command_runs() {
    let server = DatabaseServer::start(&[]).await;
    let pooler = Pooler::start(&server, "transaction").await;
    let here = Installation::on(Database::at(&pooler.address()));
    let address = pooler.address();
    for arguments in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["bootstrap", "--partner", "T112"],
        &["migrate"],
        &["export", "--partner", "T112"],
        &["events", "--partner", "T112"],
        &["copy", "--from", &address, "--to", "a.db"],
        &["copy", "--from", "a.db", "--to", &address],
    ] {
        if arguments.contains(&"a.db") {
            let file = ["bootstrap", "--partner", "T112", "--database", "a.db"];
            here.run(&file).await.assert_ok();
        }
        let ran = here.run(arguments).await;
        ran.assert_failed(1, "use session pooling (pool_mode = session in PgBouncer)");
    }
    let examined = here.run(&["doctor", "--json"]).await;
    assert_eq!(examined.code, 4, "{examined:?}");
    assert!(examined.out.contains("use session pooling"), "{examined:?}");
    let tables = "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    let found = server.client().await.query(tables, &[]).await.unwrap();
    assert!(found.is_empty(), "{found:?}");
}
