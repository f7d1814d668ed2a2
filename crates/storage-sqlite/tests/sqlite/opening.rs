//! Which files are opened, and what opening makes of them.

use std::sync::{Arc, Barrier};
use std::thread;

use domain::Timestamp;
use storage::conformance::{SeededEntropy, SteppingClock};
use storage::{Installation, RootKeyCheck, Storage};
use storage_sqlite::{
    OpenError, SCHEMA_VERSION, ServeLock, ServeLockError, SqliteOptions, SqliteStorage,
};

use crate::{assert_sound, begin, event, file_in, open, raw, record, whole_log};

fn refusal(options: &SqliteOptions) -> OpenError {
    let clock = Arc::new(SteppingClock::default());
    SqliteStorage::open(options, clock, Arc::new(SeededEntropy::new(1))).unwrap_err()
}

#[tokio::test]
async fn a_file_is_found_again_as_it_was_left() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::at(file_in(&folder));
    let storage = open(&options, 1);
    let (partner, account) = begin(&storage).await;
    record(&storage, event(account, &SeededEntropy::new(5), "one")).await;
    let left = whole_log(&storage, partner).await;
    drop(storage);
    let storage = open(&options, 2);
    assert_eq!(whole_log(&storage, partner).await, left);
    let done = record(&storage, event(account, &SeededEntropy::new(6), "two")).await;
    assert_eq!(done.version, 2);
}

#[test]
fn a_database_from_the_future_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::at(file_in(&folder));
    drop(open(&options, 1));
    let db = raw(&options.path);
    db.pragma_update(None, "user_version", 999).unwrap();
    let error = refusal(&options);
    assert!(matches!(error, OpenError::FromTheFuture { found: 999, .. }));
    let expected = format!(
        "the database {} has schema 999, and this version of Kobling knows schemas up to {SCHEMA_VERSION}; \
         start the version that wrote it, or restore a backup from before the upgrade",
        options.path.display()
    );
    assert_eq!(error.to_string(), expected);
    let version = i64::try_from(SCHEMA_VERSION).unwrap();
    db.pragma_update(None, "user_version", version).unwrap();
    drop(db);
    drop(open(&options, 1));
}

#[test]
fn another_programs_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    for (name, application_id) in [("unmarked.db", 0), ("marked.db", 42)] {
        let options = SqliteOptions::at(folder.path().join(name));
        let db = raw(&options.path);
        db.pragma_update(None, "application_id", application_id)
            .unwrap();
        db.execute_batch("CREATE TABLE recipes (name TEXT)")
            .unwrap();
        drop(db);
        let before = std::fs::read(&options.path).unwrap();
        let error = refusal(&options);
        assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
        assert!(
            error.to_string().contains("not one of Kobling's"),
            "{error}"
        );
        let after = std::fs::read(&options.path).unwrap();
        assert!(before == after, "{name} was changed");
    }
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::at(file_in(&folder));
    let text = "Dear diary, ".repeat(500);
    std::fs::write(&options.path, &text).unwrap();
    let error = refusal(&options);
    assert!(matches!(error, OpenError::CannotOpen { .. }), "{error}");
    assert_eq!(std::fs::read_to_string(&options.path).unwrap(), text);
}

#[test]
fn a_file_in_a_missing_folder_is_refused_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::at(folder.path().join("missing").join("kobling.db"));
    let error = refusal(&options).to_string();
    assert!(error.contains("missing/kobling.db"), "{error}");
}

#[test]
fn a_second_server_is_refused_while_the_first_lives() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::at(file_in(&folder));
    let first = ServeLock::take(&options).unwrap();
    let error = ServeLock::take(&options).unwrap_err();
    assert!(matches!(error, ServeLockError::Held { .. }), "{error}");
    let expected = format!(
        "another kobling already serves {}; stop it first, or give this one another file with --database",
        options.path.display()
    );
    assert_eq!(error.to_string(), expected);
    let elsewhere = SqliteOptions::at(folder.path().join("other.db"));
    ServeLock::take(&elsewhere).unwrap();
    // Short commands work beside a server.
    drop(open(&options, 1));
    drop(first);
    ServeLock::take(&options).unwrap();
}

#[tokio::test]
async fn a_file_opened_by_many_at_once_is_initialised_once() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::at(file_in(&folder));
    let barrier = Barrier::new(8);
    let storages: Vec<SqliteStorage> = thread::scope(|scope| {
        let open_one = |seed| {
            let (barrier, options) = (&barrier, &options);
            scope.spawn(move || {
                barrier.wait();
                open(options, seed)
            })
        };
        let threads: Vec<_> = (0..8).map(open_one).collect();
        threads.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let mut answers = Vec::new();
    for (storage, byte) in storages.iter().zip(0..) {
        let wanted = Installation {
            root_key_check: RootKeyCheck([byte; 32]),
            created_at: Timestamp::from_millis(u64::from(byte)),
        };
        answers.push(storage.set_up(wanted).await.unwrap());
    }
    assert_eq!(answers, vec![answers[0]; 8]);
    begin(&storages[0]).await;
    drop(storages);
    let db = raw(&options.path);
    let version: i64 = db
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(usize::try_from(version), Ok(SCHEMA_VERSION));
    assert_sound(&options.path);
}
