//! A whole database as it is copied.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use storage::copying::{
    CopiedTable, CopyError, CopyWatch, Mode, Row, Source as _, Target as _, Value, copy,
};
use storage::{Installation, Reader as _, RootKeyCheck, Storage as _};
use storage_postgres::testing::TestDatabase;
use storage_postgres::{PostgresOptions, PostgresSource, PostgresTarget, TargetError};

use super::{begin, event, open, write};

/// What blocks runs where it may.
async fn blocking<T: Send + 'static>(task: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(task).await.unwrap()
}

fn copy_between(from: &PostgresOptions, to: &PostgresOptions) -> Result<u64, CopyError> {
    let mut source = PostgresSource::open(from).unwrap();
    let mut target = PostgresTarget::open(to).unwrap();
    let watch = CopyWatch {
        stop: &AtomicBool::new(false),
        show: &|_| {},
    };
    copy(&mut source, &mut target, Mode::New, &watch).map(|copied| copied.entries_added)
}

/// A migration that adds a table or a column must add it there too.
#[tokio::test]
async fn every_table_and_every_column_is_copied() {
    let database = TestDatabase::migrated().await;
    let columns = database
        .texts(
            "SELECT table_name || '.' || column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name NOT IN ('installation', 'leases', 'kobling_migrations')",
        )
        .await;
    let mut expected = BTreeSet::new();
    for table in CopiedTable::ALL {
        expected.insert(format!("{table}.partner"));
        expected.extend(
            table
                .columns()
                .iter()
                .map(|column| format!("{table}.{}", column.name)),
        );
    }
    assert_eq!(columns.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_of_the_moment_in_which_its_source_was_opened() {
    let (from, to) = (TestDatabase::migrated().await, TestDatabase::empty().await);
    let storage = open(&from.options(), 1).await;
    let installation = Installation {
        root_key_check: RootKeyCheck([7; 32]),
        created_at: domain::Timestamp::from_millis(1),
    };
    storage.set_up(installation).await.unwrap();
    let [account, _] = begin(&storage, "T112").await;
    let options = from.options();
    let mut source = blocking(move || PostgresSource::open(&options).unwrap()).await;
    let entropy = storage::conformance::SeededEntropy::new(5);
    let later = event(account, &entropy, "later");
    write(&storage, vec![later])
        .await
        .unwrap()
        .remove(0)
        .unwrap();

    let rows = blocking(move || {
        let mut rows: Vec<Row> = Vec::new();
        let mut take = |page: Vec<Row>| {
            rows.extend(page);
            Ok(())
        };
        source
            .rows(account.partner(), CopiedTable::LogEntries, 0, &mut take)
            .unwrap();
        rows
    });

    let seqs: Vec<Value> = rows.await.into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(seqs, [1, 2, 3].map(Value::Integer));
    let (from, to) = (from.options(), to.options());
    let added = blocking(move || copy_between(&from, &to)).await;
    assert_eq!(added.unwrap(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_serves_and_who_copies_are_in_the_way_of_each_other() {
    let database = TestDatabase::migrated().await;
    let options = database.options().named("kobling of a test");
    let open_target = || {
        let options = database.options();
        blocking(move || PostgresTarget::open(&options))
    };
    let node = open(&options, 1).await;
    begin(&node, "T112").await;
    node.list_streams().await.unwrap();
    let served = open_target().await.unwrap_err();
    let told = served.to_string();
    let TargetError::Served(sessions) = served else {
        panic!("{served:?}");
    };
    assert!(sessions.0.len() >= 2, "{sessions:?}");
    for session in &sessions.0 {
        assert_eq!(session.application_name, "kobling of a test");
        let named = format!("pid {} (kobling of a test from 127.0.0.1)", session.pid);
        assert!(told.contains(&named), "{told}");
    }
    // It goes on, and so do sessions that it opens later.
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    database.run(others).await;
    assert_eq!(node.list_streams().await.unwrap().len(), 1);
    drop(node);

    // Open, and without a session yet.
    let later = open(&options, 2).await;
    let target = open_target().await.unwrap();
    let refused = later.list_streams().await.unwrap_err().to_string();
    assert!(
        refused.contains("a kobling copy writes into this database"),
        "{refused}"
    );
    let also_refused = later.check_writes().await.unwrap_err().to_string();
    assert_eq!(also_refused, refused);
    blocking(move || drop(target)).await;
    while later.list_streams().await.is_err() {}
}

#[tokio::test(flavor = "multi_thread")]
async fn two_copies_do_not_write_into_one_database() {
    let database = TestDatabase::empty().await;
    let options = database.options();
    blocking(move || {
        let mut first = PostgresTarget::open(&options).unwrap();
        let second = PostgresTarget::open(&options);
        assert!(matches!(second, Err(TargetError::Held)), "{second:?}");
        first.commit().unwrap();
        drop(first);
        // The server lets go of the lock when it has seen that the connection is gone.
        while PostgresTarget::open(&options).is_err() {}
    })
    .await;
}
