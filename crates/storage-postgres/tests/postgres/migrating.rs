//! Schemas: an empty database gets its tables, an older one waits for advice, and steps only add.

use std::sync::Arc;

use domain::{Clock, Entropy};
use storage::Reader;
use storage::conformance::{SeededEntropy, SteppingClock};
use storage_postgres::testing::TestDatabase;
use storage_postgres::{
    Migrate, OpenError, PostgresStorage, ReadOnlyPostgres, SCHEMA_VERSION, migrate,
};

use crate::{begin, event, open, whole_log, write};

fn parts() -> (Arc<dyn Clock>, Arc<dyn Entropy>) {
    (
        Arc::new(SteppingClock::default()),
        Arc::new(SeededEntropy::new(1)),
    )
}

async fn try_to_open(database: &TestDatabase, how: Migrate) -> Result<PostgresStorage, OpenError> {
    let (clock, entropy) = parts();
    PostgresStorage::open(&database.options(), how, clock, entropy).await
}

#[tokio::test]
async fn an_empty_database_is_set_up_once_by_many_at_the_same_time() {
    let database = TestDatabase::empty().await;
    let opening = (0..6).map(|_| try_to_open(&database, Migrate::No));
    let opened = futures_util::future::join_all(opening).await;
    for opened in opened {
        opened.unwrap();
    }
    assert_eq!(
        migrate(&database.options()).await.unwrap(),
        (SCHEMA_VERSION, SCHEMA_VERSION)
    );
}

#[tokio::test]
async fn nothing_is_made_by_who_only_looks() {
    let database = TestDatabase::empty().await;
    for _ in 0..2 {
        let opened = ReadOnlyPostgres::open(&database.options()).await;
        assert!(matches!(opened, Err(OpenError::Empty)), "{opened:?}");
    }
}

#[tokio::test]
async fn an_older_schema_is_refused_with_advice_and_migrated_when_asked() {
    for schema in 1..SCHEMA_VERSION {
        let database = TestDatabase::with_schema(schema).await;
        let refused = try_to_open(&database, Migrate::No).await.unwrap_err();
        let told = refused.to_string();
        assert!(told.contains("--migrate"), "{told}");
        let refused = ReadOnlyPostgres::open(&database.options()).await;
        assert!(
            matches!(refused, Err(OpenError::Older { .. })),
            "{refused:?}"
        );
        assert!(try_to_open(&database, Migrate::Yes).await.is_ok());
        assert!(try_to_open(&database, Migrate::No).await.is_ok());
    }
}

#[tokio::test]
async fn what_an_earlier_version_stored_is_there_after_every_step() {
    let database = TestDatabase::with_schema(1).await;
    database
        .run(
            "INSERT INTO streams VALUES ('T112', 1, 1699335116029, 1, 0, '\\x0101');
             INSERT INTO accounts VALUES ('T112', 0, '018ba7f0-0000-7000-8000-000000000001', true,
                 1699335116029, 'bootstrap', 1699335116029, NULL, NULL, 1, '1');
             INSERT INTO account_documents VALUES ('T112', 0, '{}');
             INSERT INTO log_entries VALUES ('T112', 1, 1699335116029, 'partner.added', 'bootstrap', 0, NULL,
                 1, NULL, NULL, '\\x00', '\\x00', '{}');
             INSERT INTO installation VALUES (1, decode(repeat('ab', 32), 'hex'), 1699335116029)",
        )
        .await;
    let stored = "CREATE TABLE before AS SELECT
        (SELECT json_agg(s) FROM streams s)::text AS streams,
        (SELECT json_agg(a) FROM accounts a)::text AS accounts,
        (SELECT json_agg(e) FROM log_entries e)::text AS log_entries,
        (SELECT json_agg(i) FROM installation i)::text AS installation";
    database.run(stored).await;
    assert_eq!(
        migrate(&database.options()).await.unwrap(),
        (1, SCHEMA_VERSION)
    );
    let same = "DO $$ BEGIN ASSERT (SELECT
            streams = (SELECT json_agg(s) FROM streams s)::text
            AND accounts = (SELECT json_agg(a) FROM accounts a)::text
            AND log_entries = (SELECT json_agg(e) FROM log_entries e)::text
            AND installation = (SELECT json_agg(i) FROM installation i)::text
        FROM before), 'what was stored has changed'; END $$";
    database.run(same).await;
    let node = open(&database.options(), 1).await;
    let account = "T11200000".parse().unwrap();
    let entropy = SeededEntropy::new(2);
    let written = write(&node, vec![event(account, &entropy, "one")]).await;
    assert_eq!(written.unwrap().remove(0).unwrap().version, 1);
}

#[tokio::test]
async fn a_node_of_this_version_goes_on_while_a_later_one_migrates() {
    let database = TestDatabase::migrated().await;
    let node = open(&database.options(), 1).await;
    let [account, _] = begin(&node, "T112").await;
    let later = SCHEMA_VERSION + 1;
    database
        .run(&format!(
            "ALTER TABLE connections ADD COLUMN later text;
             INSERT INTO kobling_migrations VALUES ({later}, 'later', {SCHEMA_VERSION})"
        ))
        .await;
    let entropy = SeededEntropy::new(2);
    write(&node, vec![event(account, &entropy, "one")])
        .await
        .unwrap();
    assert!(try_to_open(&database, Migrate::No).await.is_ok());
    database
        .run(&format!(
            "INSERT INTO kobling_migrations VALUES ({}, 'too late', {later})",
            later + 1
        ))
        .await;
    let refused = try_to_open(&database, Migrate::Yes).await;
    assert!(
        matches!(refused, Err(OpenError::FromTheFuture { .. })),
        "{refused:?}"
    );
    assert_eq!(whole_log(&node, account.partner()).await.len(), 4);
}

#[tokio::test]
async fn tables_of_another_program_are_left_alone() {
    let database = TestDatabase::empty().await;
    database.run("CREATE TABLE log_entries (id int)").await;
    let refused = try_to_open(&database, Migrate::Yes).await;
    assert!(
        matches!(refused, Err(OpenError::ForeignTables)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_table_that_others_hold_is_not_waited_for_long() {
    let database = TestDatabase::with_schema(1).await;
    let holding = TestDatabase::hold(&database, "BEGIN; LOCK TABLE kobling_migrations").await;
    let refused = migrate(&database.options()).await;
    assert!(matches!(refused, Err(OpenError::Storage(_))), "{refused:?}");
    drop(holding);
    assert_eq!(
        migrate(&database.options()).await.unwrap(),
        (1, SCHEMA_VERSION)
    );
    let reader = ReadOnlyPostgres::open(&database.options()).await.unwrap();
    assert_eq!(reader.find_installation().await, Ok(None));
}
