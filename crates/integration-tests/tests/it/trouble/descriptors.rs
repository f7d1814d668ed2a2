//! The process may not open any more files or connections.

use tokio::net::TcpStream;
use tokio::process::Command;

use crate::commands::program::{Caller, Installation};
use crate::load::Load;

/// Files that the process may still open.
const LEFT: usize = 6;

/// Connections that are then made to it.
const CONNECTIONS: usize = 40;

async fn allow_files(process: u32, files: usize) {
    let limit = format!("--nofile={files}:");
    let status = Command::new("prlimit")
        .args(["--pid", &process.to_string(), &limit])
        .status()
        .await
        .unwrap();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_file_descriptors_it_serves_those_who_are_there_and_later_the_others() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    let load = Load::start(&caller, &account);
    load.more_acknowledged(50).await;
    let open = std::fs::read_dir(format!("/proc/{}/fd", server.id()))
        .unwrap()
        .count();
    allow_files(server.id(), open + LEFT).await;

    let mut sockets = Vec::new();
    for _ in 0..CONNECTIONS {
        sockets.push(TcpStream::connect(server.address).await.unwrap());
    }
    let said = server.record("a connection could not be accepted").await;
    assert!(
        said["error"]
            .as_str()
            .unwrap()
            .contains("Too many open files"),
        "{said}"
    );
    // Whoever is connected is served as before.
    load.more_acknowledged(200).await;
    let new = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://{}/health/ready", server.address);
    let waiting = tokio::spawn(new.get(url).send());
    load.more_acknowledged(50).await;
    assert!(!waiting.is_finished());

    // A connection that waits is accepted as soon as others have ended.
    drop(sockets);
    let answer = waiting.await.unwrap().unwrap();
    assert_eq!(answer.status(), 200);
    load.more_acknowledged(50).await;
    load.stop_and_check(&caller).await;
    let records = server.records();
    let attempts = records
        .iter()
        .filter(|record| record["message"] == "a connection could not be accepted");
    assert!(
        attempts.count() <= 60,
        "the log is not flooded: {}",
        records.len()
    );
}
