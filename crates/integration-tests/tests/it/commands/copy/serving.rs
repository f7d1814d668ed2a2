//! Nobody serves from a database while a copy is written into it.

use storage_postgres::testing::TestDatabase;

use super::{EVENTS, Process, copy, export, filled, root_key, serve_from};
use crate::commands::program::Installation;

const SERVED: &str = "--to: nodes serve from this database";

async fn update(here: &Installation, there: &str) -> super::Ran {
    copy(here, "kobling.db", there, &["--update"]).await
}

async fn bootstrap(here: &Installation, database: &str) {
    let mut more = here.command(&["bootstrap", "--partner", "T112", "--json"]);
    more.env("KOBLING_DATABASE__URL", database)
        .env("KOBLING_ROOT_KEY", root_key(here));
    assert!(more.output().await.unwrap().status.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_on_a_server_are_found_and_left_alone() {
    let (here, _) = filled(100).await;
    let postgres = TestDatabase::empty().await;
    let there = postgres.address();
    copy(&here, "kobling.db", &there, &[]).await.assert_ok();
    let nodes = [
        serve_from(&here, &there).await,
        serve_from(&here, &there).await,
    ];
    bootstrap(&here, "kobling.db").await;

    let refused = update(&here, &there).await;

    refused.assert_failed(1, SERVED);
    assert!(
        refused.err.contains("(kobling serve from 127.0.0.1)"),
        "{refused:?}"
    );
    assert!(
        refused.err.contains("Stop them and run this again"),
        "{refused:?}"
    );
    let new = copy(&here, "kobling.db", &there, &[]).await;
    new.assert_failed(1, SERVED);
    for node in &nodes {
        let ready = reqwest::get(format!("http://{}/health/ready", node.address)).await;
        assert_eq!(ready.unwrap().status(), 200);
    }
    assert_ne!(
        export(&here, &there, "T112").await,
        export(&here, "kobling.db", "T112").await
    );
    // One is stopped, and the other is dead: neither is in the way.
    let [stopped, mut killed] = nodes;
    stopped.stop().await;
    update(&here, &there).await.assert_failed(1, SERVED);
    killed.kill();
    Process::wait_until_gone(killed).await;
    update(&here, &there).await.assert_ok();
    let (copied, whole) = (
        export(&here, &there, "T112").await,
        export(&here, "kobling.db", "T112").await,
    );
    assert!(copied == whole);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_on_the_source_go_on() {
    let (here, _) = filled(EVENTS).await;
    let postgres = TestDatabase::empty().await;
    let there = postgres.address();
    copy(&here, "kobling.db", &there, &[]).await.assert_ok();
    let node = serve_from(&here, &there).await;
    copy(&here, &there, "back.db", &[]).await.assert_ok();
    bootstrap(&here, &there).await;
    copy(&here, &there, "back.db", &["--update"])
        .await
        .assert_ok();
    let compared = copy(&here, "back.db", &there, &["--compare-only"]).await;
    compared.assert_ok();
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_on_a_file_is_found() {
    let (here, _) = filled(20).await;
    let postgres = TestDatabase::empty().await;
    let there = postgres.address();
    copy(&here, "kobling.db", &there, &[]).await.assert_ok();
    let mut server = here.serve().await;
    for mode in [&[][..], &["--update"]] {
        let served = copy(&here, &there, "kobling.db", mode).await;
        served.assert_failed(1, "--to: another kobling serves from kobling.db");
        assert!(
            served.err.contains("Stop it and run this again"),
            "{served:?}"
        );
    }
    server.kill();
    Process::wait_until_gone(server).await;
    copy(&here, &there, "kobling.db", &["--update"])
        .await
        .assert_ok();
}
