//! `kobling doctor`: in a healthy installation, and in broken ones.

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use domain::{Clock, SystemClock};
use serde_json::Value;

use super::program::{Caller, Installation, Ran};

/// Of a proxy with TLS, so that nothing is said of secrets that travel in the open.
const PUBLIC_URL: [&str; 2] = ["--public-url", "https://kobling.example"];

const FREE: [&str; 4] = ["doctor", "--json", "--listen", "127.0.0.1:0"];

/// What it found, by what was looked at: level, message, remedy.
fn finding(ran: &Ran, check: &str) -> (String, String, String) {
    let told = ran.json();
    let findings = told["findings"].as_array().unwrap();
    let mut of_check = findings.iter().filter(|finding| finding["check"] == check);
    let found = of_check.next().unwrap_or_else(|| panic!("{check}: {told}"));
    let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
    (text("level"), text("message"), text("remedy"))
}

/// It says this of the check, with a remedy, and ends with the code that belongs to it.
fn assert_finding(ran: &Ran, check: &str, level: &str, message: &str, remedy: &str) {
    let (found, said, advice) = finding(ran, check);
    assert_eq!(found, level, "{ran:?}");
    assert!(said.contains(message), "{message}: {ran:?}");
    assert!(advice.contains(remedy), "{remedy}: {ran:?}");
    let code = if level == "error" { 4 } else { 3 };
    assert_eq!(ran.code, code, "{ran:?}");
    assert_eq!(ran.json()["healthy"], false);
    assert!(ran.err.is_empty(), "{ran:?}");
}

/// Looks, and makes sure that looking left nothing behind.
async fn examined(here: &Installation) -> Ran {
    let before = here.names();
    let ran = here.run(&[&FREE[..], &PUBLIC_URL].concat()).await;
    assert_eq!(here.names(), before);
    ran
}

/// A partner with a signing key, and no server.
async fn installation() -> Installation {
    let (here, client) = Installation::with_partner().await;
    let mut server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    caller.add_account().await;
    server.kill();
    server.wait_until_gone().await;
    // A last reader that may write carries the log of the killed server into the file, as a restart would.
    here.raw()
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    here
}

#[tokio::test]
async fn a_healthy_installation_is_well_with_and_without_a_server() {
    let (here, client) = Installation::with_partner().await;
    let quiet = examined(&here).await;
    assert_eq!(
        (quiet.code, &quiet.json()["healthy"]),
        (0, &Value::Bool(true)),
        "{quiet:?}"
    );

    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    caller.add_account().await;
    let address = server.address.to_string();
    let with_server = [&["doctor", "--listen", &address][..], &PUBLIC_URL].concat();
    let served = here.run(&[&with_server[..], &["--json"]].concat()).await;
    assert_eq!(served.code, 0, "{served:?}");
    let (level, message, _) = finding(&served, "port");
    assert_eq!(level, "ok");
    assert!(message.contains("a Kobling runs at"), "{message}");
    assert!(
        finding(&served, "keys")
            .1
            .contains("opens all signing keys (1)"),
        "{served:?}"
    );
    let text = here.run(&with_server).await.assert_ok();
    assert!(text.out.contains("All is well."), "{text:?}");
    assert_eq!(text.out.matches("ok  ").count(), 7, "{text:?}");
}

#[tokio::test]
async fn a_missing_database_is_not_made() {
    let here = Installation::empty().await;
    let ran = examined(&here).await;
    assert_finding(
        &ran,
        "database",
        "error",
        "there is no database",
        "--database",
    );
    assert!(here.names().is_empty());
}

#[tokio::test]
async fn files_that_are_no_database_of_kobling_are_named() {
    let here = Installation::empty().await;
    std::fs::write(here.file(), "Dear diary").unwrap();
    let ran = examined(&here).await;
    assert_finding(
        &ran,
        "database",
        "error",
        "is no SQLite file",
        "kobling restore",
    );
    std::fs::remove_file(here.file()).unwrap();
    here.raw()
        .execute_batch("CREATE TABLE recipes (name TEXT)")
        .unwrap();
    let ran = examined(&here).await;
    assert_finding(
        &ran,
        "database",
        "error",
        "not one of Kobling's",
        "--database",
    );
}

#[tokio::test]
async fn a_damaged_page_is_found() {
    let here = installation().await;
    let mut bytes = std::fs::read(here.file()).unwrap();
    for byte in &mut bytes[8_192..12_288] {
        *byte = 0xff;
    }
    std::fs::write(here.file(), bytes).unwrap();
    let ran = examined(&here).await;
    assert_finding(&ran, "database", "error", "kobling.db", "kobling restore");
}

#[tokio::test]
async fn other_schemas_are_told_apart() {
    let here = installation().await;
    here.raw().pragma_update(None, "user_version", 99).unwrap();
    let ran = examined(&here).await;
    assert_finding(
        &ran,
        "schema",
        "error",
        "schema 99 is newer",
        "the version that wrote it",
    );
    here.raw().pragma_update(None, "user_version", 0).unwrap();
    let ran = examined(&here).await;
    assert_finding(
        &ran,
        "schema",
        "warning",
        "schema 0 is older",
        "start kobling serve",
    );
}

#[tokio::test]
async fn a_root_key_that_is_missing_wrong_or_open_to_all_is_found() {
    let here = installation().await;
    let path = here.path("kobling.key");
    let key = std::fs::read(&path).unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let ran = examined(&here).await;
    assert_finding(&ran, "keys", "warning", "has mode 0644", "chmod 600");

    std::fs::write(&path, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n").unwrap();
    let ran = examined(&here).await;
    assert_finding(
        &ran,
        "keys",
        "error",
        "another one than the database",
        "kobling.key",
    );
    std::fs::write(&path, "short\n").unwrap();
    let ran = examined(&here).await;
    assert_finding(&ran, "keys", "error", "the root key in", "kobling.key");
    std::fs::remove_file(&path).unwrap();
    let ran = examined(&here).await;
    assert_finding(&ran, "keys", "error", "is missing", "kobling.key");
    assert!(!path.exists());

    std::fs::write(&path, key).unwrap();
    std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(examined(&here).await.code, 0);
}

#[tokio::test]
async fn a_signing_key_that_does_not_open_is_found() {
    let here = installation().await;
    let changed = here.raw().execute(
        "UPDATE signing_keys SET private_key = zeroblob(length(private_key))",
        [],
    );
    assert_eq!(changed, Ok(1));
    let ran = examined(&here).await;
    assert_finding(&ran, "keys", "error", "the signing key", "restore a backup");
}

#[tokio::test]
async fn a_clock_behind_the_log_is_found() {
    let here = installation().await;
    let tomorrow = SystemClock.now().millis() + 86_400_000;
    let tomorrow = i64::try_from(tomorrow).unwrap();
    here.raw()
        .execute("UPDATE streams SET last_at = ?1", [tomorrow])
        .unwrap();
    let ran = examined(&here).await;
    assert_finding(&ran, "clock", "error", "behind", "NTP");
}

#[tokio::test]
async fn a_port_that_another_program_has_is_found() {
    let here = installation().await;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let other = std::thread::spawn(move || drop(listener.accept().unwrap()));
    let ran = here.run(&["doctor", "--json", "--listen", &address]).await;
    assert_finding(
        &ran,
        "port",
        "error",
        "taken by another program",
        "--listen",
    );
    other.join().unwrap();
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_found_or_refused() {
    let here = installation().await;
    let url = [&FREE[..], &["--public-url", "https://a.example/path"]].concat();
    here.run(&url)
        .await
        .assert_failed(2, "server.public_url is");
    let open = [&FREE[..], &["--public-url", "http://a.example"]].concat();
    let ran = here.run(&open).await;
    assert_finding(&ran, "configuration", "warning", "unencrypted", "TLS");
    let nonsense = here.run(&["doctor", "--listen", "nonsense"]).await;
    nonsense.assert_failed(2, "--listen");
}
