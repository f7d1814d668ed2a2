//! What is no source and no target of a copy.

use storage_postgres::testing::TestDatabase;

use super::{Installation, copy, filled};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_copied_is_refused() {
    let (here, _) = filled(20).await;
    let (stranger, _) = Installation::with_partner().await;
    let postgres = TestDatabase::empty().await;
    let there = postgres.address();
    let strange = stranger.path("kobling.db");
    let strange = strange.to_str().unwrap();
    let other_key = "was set up with another root key";
    copy(&here, "kobling.db", strange, &[])
        .await
        .assert_failed(1, other_key);
    let update = copy(&here, "kobling.db", strange, &["--update"]).await;
    update.assert_failed(1, other_key);
    let missing = copy(&here, "missing.db", "new.db", &[]).await;
    missing.assert_failed(1, "--from: there is no database at missing.db");
    let empty = copy(&here, &there, "new.db", &[]).await;
    empty.assert_failed(1, "--from: the database has no tables of Kobling");
    here.run(&["migrate", "--database", "fresh.db"])
        .await
        .assert_ok();
    let fresh = copy(&here, "fresh.db", "new.db", &[]).await;
    fresh.assert_failed(1, "--from: nothing was ever set up in this database");
    let same = "--from and --to are the same database";
    for more in [&[][..], &["--update"]] {
        copy(&here, "kobling.db", "./kobling.db", more)
            .await
            .assert_failed(1, same);
    }
    copy(&here, "kobling.db", &there, &[]).await.assert_ok();
    copy(&here, &there, &there, &["--update"])
        .await
        .assert_failed(1, same);
    let secret = "mysql://me:secret@host/name";
    for (from, to, flag) in [(secret, "a.db", "--from"), ("kobling.db", secret, "--to")] {
        let wrong = copy(&here, from, to, &[]).await;
        wrong.assert_failed(2, &format!("{flag}: it must be a path"));
        assert!(!wrong.err.contains("secret"));
    }
    postgres.run("TRUNCATE installation").await;
    let strangers = copy(&here, "kobling.db", &there, &[]).await;
    strangers.assert_failed(1, "--to: the database is not empty");
    assert!(!here.path("a.db").exists());
}
