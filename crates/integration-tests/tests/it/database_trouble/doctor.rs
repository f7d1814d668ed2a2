//! What `kobling doctor` finds about a server.

use integration_tests::database::Database;
use integration_tests::database_server::DatabaseServer;
use serde_json::Value;

use crate::commands::program::{Installation, Ran};

const ANOTHER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

const DOCTOR: [&str; 6] = [
    "doctor",
    "--json",
    "--listen",
    "127.0.0.1:0",
    "--public-url",
    "https://kobling.example",
];

/// The code says how bad it is, and one finding has these words and this remedy.
#[track_caller]
fn assert_found(ran: &Ran, code: i32, words: &str, remedy: &str) {
    assert_eq!(ran.code, code, "{ran:?}");
    let told = ran.json();
    let has = |finding: &Value, name: &str, words: &str| {
        let text = finding[name].as_str().unwrap_or_default();
        text.contains(words)
    };
    let mut findings = told["findings"].as_array().unwrap().iter();
    let found = findings.any(|one| has(one, "message", words) && has(one, "remedy", remedy));
    assert!(found, "{words}, {remedy}: {told}");
}

#[tokio::test]
async fn a_server_is_looked_at_while_it_is_well_and_while_it_is_not() {
    let mut server = DatabaseServer::start(&["fsync=on"]).await;
    let here = Installation::on(Database::at(&server.address()));
    let empty = here.run(&DOCTOR).await;
    assert_found(&empty, 4, "no tables of Kobling", "start kobling serve");

    here.bootstrap().await;
    let well = here.run(&DOCTOR).await;
    assert_found(&well, 0, "takes writes, and no standby is waited for", "");
    assert_eq!(well.json()["healthy"], true);

    let mut other_key = here.command(&DOCTOR);
    other_key.env("KOBLING_ROOT_KEY", ANOTHER_KEY);
    let other_key = Ran::of(other_key).await;
    assert_found(&other_key, 4, "another one than the database", "");

    server.set_read_only(true).await;
    let read_only = here.run(&DOCTOR).await;
    assert_found(&read_only, 4, "takes no writes", "name the leader");
    server.set_read_only(false).await;

    server.stop().await;
    let away = here.run(&DOCTOR).await;
    assert_found(&away, 4, "Connection refused", "see that the server runs");
}

#[tokio::test]
async fn a_server_that_does_not_care_for_its_disk_is_found() {
    let server = DatabaseServer::start(&["fsync=off"]).await;
    let here = Installation::on(Database::at(&server.address()));
    here.bootstrap().await;
    let ran = here.run(&DOCTOR).await;
    assert_found(&ran, 4, "fsync or full_page_writes off", "set both on");
}
