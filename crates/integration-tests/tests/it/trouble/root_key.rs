//! The root key is missing, another one, none at all, or open to others.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use integration_tests::process::SERVE;

use crate::commands::program::{Caller, Installation};

const ANOTHER: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

#[tokio::test]
async fn a_server_does_not_start_without_the_right_key_and_changes_nothing() {
    let (here, client) = Installation::with_partner().await;
    let key = here.path("kobling.key");
    let right = fs::read(&key).unwrap();
    let database = fs::read(here.file()).unwrap();

    for (content, why) in [
        (
            None,
            "is missing, and the database holds secrets sealed with it; put the file back",
        ),
        (
            Some(ANOTHER),
            "this is not the root key that the database was set up with",
        ),
        (
            Some("AAAA\n"),
            "the root key has 3 bytes instead of 32; put the key there",
        ),
        (Some(""), "the root key has 0 bytes instead of 32"),
        (
            Some("no key at all"),
            "the root key is not base64; it must be 32 bytes in base64",
        ),
    ] {
        match content {
            Some(content) => fs::write(&key, content).unwrap(),
            None => fs::remove_file(&key).unwrap(),
        }
        here.run(&SERVE).await.assert_failed(2, why);
        let bootstrap = here.run(&["bootstrap", "--partner", "T113"]).await;
        bootstrap.assert_failed(2, why);
        assert_eq!(key.exists(), content.is_some(), "none is made");
        assert!(fs::read(here.file()).unwrap() == database);
    }

    fs::write(&key, right).unwrap();
    fs::set_permissions(&key, Permissions::from_mode(0o640)).unwrap();
    let server = here.serve().await;
    let said = server
        .record("others than its owner may use the root key; set its mode to 0600")
        .await;
    assert_eq!(
        (&said["level"], &said["mode"]),
        (&"WARN".into(), &"0640".into())
    );
    Caller::of(&here, &server, &client)
        .await
        .add_account()
        .await;
}

#[tokio::test]
async fn a_restored_database_wants_its_own_key() {
    let (here, client) = Installation::with_partner().await;
    here.run(&["backup", "--to", "copy.db"]).await.assert_ok();
    let (there, _) = Installation::with_partner().await;
    let others_key = fs::read(there.path("kobling.key")).unwrap();
    let from = here.path("copy.db").display().to_string();
    let told = there.run(&["restore", "--force", "--from", &from]).await;
    assert!(told.assert_ok().out.contains("is another one"));

    let ran = there.run(&SERVE).await;
    ran.assert_failed(
        2,
        "this is not the root key that the database was set up with",
    );
    assert!(fs::read(there.path("kobling.key")).unwrap() == others_key);

    fs::copy(here.path("kobling.key"), there.path("kobling.key")).unwrap();
    let server = there.serve().await;
    Caller::of(&there, &server, &client)
        .await
        .add_account()
        .await;
}
