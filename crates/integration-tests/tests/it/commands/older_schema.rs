//! A database of an earlier version: what only looks at it refuses or says so, and a start brings it up to date.

use storage_sqlite::SCHEMA_VERSION;

use super::program::{Caller, Installation};

/// A partner with some events in a database of schema 1, and how many entries its log has.
pub(crate) async fn of_schema_1() -> (Installation, serde_json::Value, usize) {
    let (here, client) = Installation::with_partner().await;
    let mut server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    for number in 0..3 {
        caller
            .report(&account, "vipps", &format!("step {number}"))
            .await;
    }
    let entries = caller.log().await.len();
    server.kill();
    server.wait_until_gone().await;
    // What the second migration did, undone: a test of the engine shows that the others changed nothing of schema 1.
    here.raw()
        .execute_batch(
            "DROP TABLE leases; PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE)",
        )
        .unwrap();
    (here, client, entries)
}

fn schema(here: &Installation) -> i64 {
    let version = here.raw();
    version
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap()
}

#[tokio::test]
async fn commands_that_read_say_what_brings_it_up_to_date() {
    let (here, _, _) = of_schema_1().await;
    let names = here.names();
    for command in [
        ["events", "--partner", "T112"].as_slice(),
        &["export", "--partner", "T112"],
    ] {
        let ran = here.run(command).await;
        let says =
            format!("has schema 1, and this version of Kobling reads schema {SCHEMA_VERSION}");
        ran.assert_failed(1, &says);
        ran.assert_failed(
            1,
            "an older one is brought up to date when kobling serve starts",
        );
        assert!(ran.out.is_empty(), "{ran:?}");
    }
    assert_eq!((schema(&here), here.names()), (1, names));
}

#[tokio::test]
async fn doctor_warns_of_it_and_its_advice_works() {
    let (here, client, entries) = of_schema_1().await;
    let doctor = here.run(&["doctor", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(doctor.code, 3, "{doctor:?}");
    let says = format!("schema 1 is older than {SCHEMA_VERSION}, which this version works with");
    assert!(doctor.out.contains(&says), "{doctor:?}");
    let advice = "make a backup, then start kobling serve: it brings the schema up to date";
    assert!(doctor.out.contains(advice), "{doctor:?}");
    assert_eq!(schema(&here), 1);

    // The backup is of the schema that it was made from.
    let made = here.run(&["backup", "--to", "before.db", "--json"]).await;
    let made = made.assert_ok().json();
    assert_eq!(
        (&made["schema"], &made["entries"]),
        (&1.into(), &entries.into())
    );
    assert_eq!(schema(&here), 1);

    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    assert_eq!(caller.log().await.len(), entries);
    let told = server
        .record("copied aside before its schema is brought up to date")
        .await;
    let copy = told["copy"].as_str().unwrap();
    assert!(copy.ends_with("kobling.db.schema-1"), "{told}");
    assert_eq!(told["schema"], 1);
    assert_eq!(usize::try_from(schema(&here)), Ok(SCHEMA_VERSION));
    here.run(&["events", "--partner", "T112"]).await.assert_ok();

    // Both copies can be put in the place of a database, and are brought up to date there.
    for copy in ["before.db", "kobling.db.schema-1"] {
        let there = Installation::empty().await;
        std::fs::copy(here.path("kobling.key"), there.path("kobling.key")).unwrap();
        let from = here.path(copy);
        let restore = ["restore", "--from", from.to_str().unwrap()];
        there.run(&restore).await.assert_ok();
        assert_eq!(schema(&there), 1);
        let server = there.serve().await;
        let caller = Caller::of(&there, &server, &client).await;
        assert_eq!(caller.log().await.len(), entries);
    }
}
