//! Databases of earlier versions: the landed migrations with data, brought up to date.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use storage::conformance::{SeededEntropy, SteppingClock};
use storage::{Reader, StoredLogEntry};
use storage_sqlite::{
    Contents, OpenError, SCHEMA_VERSION, SqliteOptions, SqliteStorage, Watch, beside, verify,
};
use tempfile::TempDir;

use crate::{assert_sound, begin, event, file_in, open, raw, record, whole_log};

const FIRST: &str = include_str!("../../migrations/0001_initial.sql");

/// What the version of schema 1 writes and reads for one event of a partner that is not there yet, as it sends it.
const STATEMENTS_OF_1: &str = "
    BEGIN IMMEDIATE;
    SELECT last_seq, last_at, auth_epoch, last_account_number, data_key FROM streams WHERE partner = 'T999';
    INSERT INTO streams (partner, last_seq, last_at, auth_epoch, last_account_number, data_key)
        VALUES ('T999', 1, 7, 0, 1, x'00')
        ON CONFLICT DO UPDATE SET last_seq = 1, last_at = 7, auth_epoch = 0, last_account_number = 1;
    INSERT INTO accounts (partner, account, id, active, created_at, created_by, updated_at, chain_length, chain_spine)
        VALUES ('T999', 1, 'an-id', 1, 7, 'bootstrap', 7, 1, '1');
    INSERT INTO account_documents (partner, account, document) VALUES ('T999', 1, '{}');
    INSERT INTO connections (partner, account, connection, status, created_at, created_by, updated_at, chain_length,
            chain_spine) VALUES ('T999', 1, 'vipps', 'pending', 7, 'provider', 7, 1, '1');
    INSERT INTO answers (partner, key, request, seq, version, at) VALUES ('T999', x'01', x'02', 1, 1, 7);
    INSERT INTO log_entries (position, at, kind, actor, account, connection, link_index, salt, content_hash, payload)
        VALUES ((1999 << 40) + 1, 7, 'event', 'provider', 1, 'vipps', 0, x'00', x'00', '{}');
    INSERT INTO clients (partner, id, account, client_id, secret, created_at, created_by)
        VALUES ('T999', 'c', 1, 'till', x'00', 7, 'bootstrap');
    INSERT INTO grants (partner, id, client, account, audience, audience_account, scope, type, created_at, created_by)
        VALUES ('T999', 'g', 'c', 1, 'a', 1, 's', 't', 7, 'bootstrap');
    INSERT INTO signing_keys (partner, kid, algorithm, public_jwk, private_key, created_at, created_by)
        VALUES ('T999', 'k', 'EdDSA', '{}', x'00', 7, 'bootstrap');
    SELECT count(*) FROM log_entries WHERE partner = 'T999' AND seq = 1;
    COMMIT;";

/// A database of schema 1 as its version left it, with the log of `T112`.
async fn of_schema_1(folder: &TempDir) -> (SqliteOptions, Vec<StoredLogEntry>) {
    let newest = SqliteOptions::at(folder.path().join("newest.db"));
    let storage = open(&newest, 1);
    let (partner, account) = begin(&storage).await;
    let entropy = SeededEntropy::new(2);
    for name in ["one", "two", "three"] {
        record(&storage, event(account, &entropy, name)).await;
    }
    let log = whole_log(&storage, partner).await;
    drop(storage);
    let options = SqliteOptions::at(file_in(folder));
    let db = raw(&options.path);
    db.pragma_update(None, "application_id", 0x4b6f_626c)
        .unwrap();
    db.pragma_update(None, "journal_mode", "WAL").unwrap();
    db.execute_batch(FIRST).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    db.execute("ATTACH ?1 AS newest", [newest.path.to_str().unwrap()])
        .unwrap();
    for table in names(
        &db,
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    ) {
        let columns = names(
            &db,
            &format!("SELECT name FROM pragma_table_info('{table}')"),
        )
        .join(", ");
        let copy =
            format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newest.{table}");
        db.execute_batch(&copy).unwrap();
    }
    (options, log)
}

fn names(db: &Connection, sql: &str) -> Vec<String> {
    let mut statement = db.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn schema_of(db: &Connection) -> i64 {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap()
}

fn verified(path: &Path) -> Contents {
    let mut watch = Watch {
        stop: Arc::default(),
        show: &mut |_| {},
    };
    verify(path, &mut watch).unwrap()
}

/// The copies beside a database, in order.
fn copies(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut found: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".schema-"))
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn an_older_database_is_brought_up_to_date_with_everything_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let (options, log) = of_schema_1(&folder).await;
    assert_eq!(log.len(), 5);

    let storage = open(&options, 3);

    let (partner, account) = ("T112".parse().unwrap(), "T11200001".parse().unwrap());
    assert_eq!(whole_log(&storage, partner).await, log);
    assert!(storage.find_account(account).await.unwrap().is_some());
    let done = record(&storage, event(account, &SeededEntropy::new(9), "four")).await;
    assert_eq!(done.version, 4);
    drop(storage);
    assert_eq!(
        usize::try_from(schema_of(&raw(&options.path))),
        Ok(SCHEMA_VERSION)
    );
    assert_sound(&options.path);
}

#[tokio::test]
async fn the_file_as_it_was_is_kept_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let (options, log) = of_schema_1(&folder).await;

    drop(open(&options, 3));
    drop(open(&options, 4));

    assert_eq!(copies(&folder), ["kobling.db.schema-1"]);
    let copy = beside(&options.path, ".schema-1");
    let contents = verified(&copy);
    assert_eq!((contents.schema, contents.entries()), (1, 5));
    let mode = fs::metadata(&copy).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // It is a database that can be brought up to date again.
    let again = open(&SqliteOptions::at(&copy), 5);
    assert_eq!(whole_log(&again, "T112".parse().unwrap()).await, log);
}

#[tokio::test]
async fn an_earlier_copy_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let (options, _) = of_schema_1(&folder).await;
    let as_it_was = fs::read(&options.path).unwrap();
    drop(open(&options, 3));
    let copy = beside(&options.path, ".schema-1");
    let first = fs::read(&copy).unwrap();

    // The same file once more: the copy that is there will do.
    put_back(&options, &as_it_was);
    drop(open(&options, 3));
    assert_eq!(copies(&folder), ["kobling.db.schema-1"]);

    // Another one: both are kept.
    put_back(&options, &as_it_was);
    raw(&options.path).execute_batch(STATEMENTS_OF_1).unwrap();
    drop(open(&options, 3));
    assert_eq!(
        copies(&folder),
        ["kobling.db.schema-1", "kobling.db.schema-1-2"]
    );
    assert!(fs::read(&copy).unwrap() == first);
    let second = raw(&beside(&options.path, ".schema-1-2"));
    assert_eq!(schema_of(&second), 1);
    let partners = names(&second, "SELECT partner FROM streams ORDER BY partner");
    assert_eq!(partners, ["T112", "T999"]);

    // One that was damaged is no copy any more, and is left to whoever looks into it.
    let mut damaged = first.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(&copy, &damaged).unwrap();
    put_back(&options, &as_it_was);
    drop(open(&options, 3));
    assert_eq!(copies(&folder).len(), 3);
    assert!(fs::read(&copy).unwrap() == damaged);
    assert!(fs::read(beside(&options.path, ".schema-1-3")).unwrap() == first);
}

fn put_back(options: &SqliteOptions, bytes: &[u8]) {
    for suffix in ["-wal", "-shm"] {
        assert!(!beside(&options.path, suffix).exists(), "{suffix} is left");
    }
    fs::write(&options.path, bytes).unwrap();
}

#[tokio::test]
async fn a_copy_that_was_cut_off_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (options, _) = of_schema_1(&folder).await;
    fs::write(beside(&options.path, ".schema-1.unfinished"), "half of it").unwrap();
    drop(open(&options, 3));
    assert_eq!(copies(&folder), ["kobling.db.schema-1"]);
    assert_eq!(verified(&beside(&options.path, ".schema-1")).schema, 1);
}

#[tokio::test]
async fn a_copy_that_cannot_be_made_stops_the_start_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (options, _) = of_schema_1(&folder).await;
    // A folder stands where the copy would be written.
    let unfinished = beside(&options.path, ".schema-1.unfinished");
    fs::create_dir(&unfinished).unwrap();

    let clock = Arc::new(SteppingClock::default());
    let error = SqliteStorage::open(&options, clock, Arc::new(SeededEntropy::new(1))).unwrap_err();

    assert!(matches!(error, OpenError::NotCopied { .. }), "{error}");
    let (said, path) = (error.to_string(), options.path.display());
    for part in [
        format!("the database {path} has schema 1 and is copied to {path}.schema-1"),
        format!("brought to schema {SCHEMA_VERSION}"),
        "bytes of room".to_owned(),
        "nothing was changed".to_owned(),
    ] {
        assert!(said.contains(&part), "{part}: {said}");
    }
    assert_eq!(schema_of(&raw(&options.path)), 1);
    fs::remove_dir(&unfinished).unwrap();
    drop(open(&options, 3));
}

#[test]
fn a_new_database_and_one_without_tables_leave_no_copy() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::at(file_in(&folder));
    let db = raw(&options.path);
    db.pragma_update(None, "application_id", 0x4b6f_626c)
        .unwrap();
    drop(db);
    drop(open(&options, 1));
    drop(open(&SqliteOptions::at(folder.path().join("new.db")), 1));
    assert!(copies(&folder).is_empty());
}

/// Expand, then contract: a server of the version before goes on while the schema is brought up to date under it.
#[tokio::test]
async fn the_version_before_works_on_the_new_schema() {
    let folder = tempfile::tempdir().unwrap();
    let (options, log) = of_schema_1(&folder).await;
    let earlier = raw(&options.path);
    let of_1 = definitions(&earlier);
    assert_eq!(of_1.len(), 12, "10 tables and 2 indexes: {of_1:?}");

    let storage = open(&options, 3);

    let now = definitions(&earlier);
    for definition in &of_1 {
        assert!(now.contains(definition), "changed: {definition}");
    }
    earlier.execute_batch(STATEMENTS_OF_1).unwrap();
    assert_eq!(whole_log(&storage, "T112".parse().unwrap()).await, log);
    let partners = storage.list_streams().await.unwrap();
    let partners: Vec<String> = partners.iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!(partners, ["T112", "T999"]);
}

/// Tables and indexes as they were made.
fn definitions(db: &Connection) -> Vec<String> {
    names(
        db,
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name",
    )
}
