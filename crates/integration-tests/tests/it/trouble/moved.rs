//! The database is deleted, moved away or replaced while it is served.

use std::fs;

use crate::commands::program::{Caller, Installation};

#[tokio::test]
async fn nothing_is_acknowledged_into_a_file_that_has_lost_its_name() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    caller.report(&account, "vipps", "first").await;
    let (database, aside) = (here.file(), here.path("aside"));
    let wal = here.path("kobling.db-wal");
    let before = caller.log().await;

    for file in [&database, &wal] {
        fs::rename(file, &aside).unwrap();
        caller
            .try_to_report(&account, "vipps", "lost")
            .await
            .assert_unavailable();
        caller.get("/health/ready").await.assert_unavailable();
        assert_eq!(caller.get("/health/live").await.status, 200);
        let said = server.record("a batch was not written").await;
        let why = "was deleted, moved or replaced while it was in use";
        assert!(said["error"].as_str().unwrap().contains(why), "{said}");
        // Put back, it is as if nothing had happened.
        fs::rename(&aside, file).unwrap();
        assert_eq!(caller.get("/health/ready").await.status, 200);
    }
    assert_eq!(caller.log().await, before);
    caller.report(&account, "vipps", "second").await;

    // Another file under the name is neither written nor read.
    fs::rename(&database, &aside).unwrap();
    fs::copy(&aside, &database).unwrap();
    let other = fs::read(&database).unwrap();
    caller
        .try_to_report(&account, "vipps", "lost")
        .await
        .assert_unavailable();
    caller.get("/health/ready").await.assert_unavailable();
    assert_eq!(caller.log().await.len(), before.len() + 1);
    assert!(fs::read(&database).unwrap() == other);
}
