//! Copies of a database that is in use, and what is found wrong with damaged ones.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::JsonText;
use storage::conformance::SeededEntropy;
use storage_sqlite::{
    BackupError, Contents, ReadOnlyError, ReadOnlySqlite, SqliteOptions, SqliteStorage, Stage,
    VerifyError, Watch, copy_to, pages_alone, verify,
};

use crate::{begin, event, file_in, open, raw, record, whole_log, write};

/// A page and its header in the write-ahead log.
const FRAME_BYTES: u64 = 4_096 + 24;

fn watched<T>(task: impl FnOnce(&mut Watch<'_>) -> T) -> T {
    let mut show = |_: Stage| {};
    task(&mut Watch {
        stop: Arc::default(),
        show: &mut show,
    })
}

fn copied(from: &Path, to: &Path) -> Contents {
    watched(|watch| copy_to(from, to, watch)).unwrap()
}

fn verified(path: &Path) -> Result<Contents, VerifyError> {
    watched(|watch| verify(path, watch))
}

/// A database with a few events, and a sound copy of it.
async fn with_copy(folder: &tempfile::TempDir) -> (SqliteStorage, std::path::PathBuf) {
    let options = SqliteOptions::at(file_in(folder));
    let storage = open(&options, 1);
    let (_, account) = begin(&storage).await;
    let entropy = SeededEntropy::new(2);
    for name in ["one", "two", "three"] {
        record(&storage, event(account, &entropy, name)).await;
    }
    let copy = folder.path().join("copy.db");
    copied(&options.path, &copy);
    (storage, copy)
}

#[tokio::test]
async fn a_copy_is_of_one_moment_and_holds_everything() {
    let folder = tempfile::tempdir().unwrap();
    let (storage, copy) = with_copy(&folder).await;
    let partner = "T112".parse().unwrap();
    let expected = whole_log(&storage, partner).await;

    let contents = verified(&copy).unwrap();

    assert_eq!(contents.entries(), 5);
    assert_eq!(contents.logs[0].last_at, expected[4].at);
    let rows: Vec<_> = contents.rows.iter().filter(|(_, rows)| *rows > 0).collect();
    assert!(
        rows.iter()
            .any(|(table, rows)| table == "connections" && *rows == 1),
        "{rows:?}"
    );
    let reader = ReadOnlySqlite::open(&copy).unwrap();
    assert_eq!(whole_log(&reader, partner).await, expected);
    for beside in ["copy.db-wal", "copy.db-shm", "copy.db-journal"] {
        assert!(!folder.path().join(beside).exists(), "{beside}");
    }
}

#[tokio::test]
async fn a_copy_is_made_while_others_write() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::at(file_in(&folder));
    let storage = open(&options, 1);
    let (partner, account) = begin(&storage).await;
    let entropy = SeededEntropy::new(2);
    let filler = format!("{{\"filler\":\"{}\"}}", "x".repeat(20_000));
    let big = |name: &str| {
        let mut wish = event(account, &entropy, name);
        wish.event.metadata = Some(JsonText::from_checked(filler.as_str()));
        wish
    };
    for _ in 0..20 {
        write(&storage, (0..20).map(|_| big("before")).collect())
            .await
            .unwrap();
    }
    let copy = folder.path().join("copy.db");
    let mut meanwhile = 0;
    let mut show = |stage: Stage| {
        // On the thread that copies: between two of its steps, somebody else commits.
        if matches!(stage, Stage::Copying { .. }) {
            let writing = std::thread::scope(|scope| {
                let write_one = || {
                    let runtime = tokio::runtime::Runtime::new().unwrap();
                    runtime
                        .block_on(write(&storage, vec![big("meanwhile")]))
                        .unwrap()
                };
                scope.spawn(write_one).join().unwrap()
            });
            assert!(writing[0].is_ok());
            meanwhile += 1;
        }
    };

    let contents = copy_to(
        &options.path,
        &copy,
        &mut Watch {
            stop: Arc::default(),
            show: &mut show,
        },
    )
    .unwrap();

    assert!(meanwhile > 1, "{meanwhile}");
    assert_eq!(
        contents.entries(),
        402,
        "the copy is of the moment that it began at"
    );
    assert_eq!(verified(&copy).unwrap(), contents);
    assert_eq!(whole_log(&storage, partner).await.len(), 402 + meanwhile);
}

#[tokio::test]
async fn the_writer_does_not_wait_for_a_long_reader() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = SqliteOptions::at(file_in(&folder));
    options.wal_pages_soft = 50;
    options.wal_pages_hard = 100;
    options.busy_timeout = Duration::from_secs(30);
    let storage = open(&options, 1);
    let (_, account) = begin(&storage).await;
    let reader = raw(&options.path);
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM log_entries")
        .unwrap();
    let entropy = SeededEntropy::new(2);
    let began = Instant::now();
    for _ in 0..100 {
        write(
            &storage,
            (0..10).map(|_| event(account, &entropy, "e")).collect(),
        )
        .await
        .unwrap();
    }

    assert!(
        began.elapsed() < options.busy_timeout,
        "it waited for the reader"
    );

    reader.execute_batch("COMMIT").unwrap();
    let wal = || {
        std::fs::metadata(folder.path().join("kobling.db-wal"))
            .unwrap()
            .len()
    };
    let long = wal();
    for _ in 0..100 {
        write(
            &storage,
            (0..10).map(|_| event(account, &entropy, "e")).collect(),
        )
        .await
        .unwrap();
    }
    // A batch that is tried at may be a few pages further on; without a new beginning it would be hundreds.
    let grown = wal().saturating_sub(long) / FRAME_BYTES;
    assert!(
        grown < 60,
        "the log begins anew once the reader is gone: {grown}"
    );
}

#[tokio::test]
async fn a_copy_can_be_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let (_storage, copy) = with_copy(&folder).await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut show = |_: Stage| stop.store(true, Ordering::Relaxed);
    let mut watch = Watch {
        stop: Arc::clone(&stop),
        show: &mut show,
    };
    let error = verify(&copy, &mut watch).unwrap_err();
    assert!(matches!(error, VerifyError::Stopped), "{error}");
}

#[tokio::test]
async fn a_copy_of_nothing_is_refused_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (
        folder.path().join("missing.db"),
        folder.path().join("copy.db"),
    );
    let error = watched(|watch| copy_to(&from, &to, watch)).unwrap_err();
    assert!(matches!(error, BackupError::Existing(_)), "{error}");
    let error = ReadOnlySqlite::open(&from).unwrap_err();
    assert!(matches!(error, ReadOnlyError::Existing(_)), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn every_cut_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (_storage, copy) = with_copy(&folder).await;
    let whole = std::fs::read(&copy).unwrap();
    for length in [
        0,
        10,
        100,
        4_096,
        whole.len() / 2,
        whole.len() - 4_096,
        whole.len() - 49,
        whole.len() - 47,
        whole.len() - 1,
    ] {
        std::fs::write(&copy, &whole[..length]).unwrap();
        let error = verified(&copy).unwrap_err();
        let expected = match length {
            0 | 10 => "is no SQLite file",
            _ => "was cut off or is damaged",
        };
        assert!(error.to_string().contains(expected), "{length}: {error}");
    }
    std::fs::write(&copy, &whole).unwrap();
    verified(&copy).unwrap();
}

#[tokio::test]
async fn damage_to_the_log_is_named() {
    let damages = [
        (
            "UPDATE log_entries SET payload = replace(payload, 'two', 'tvo')",
            "entry 4 is not what was written",
        ),
        (
            "DELETE FROM log_entries WHERE seq = 3",
            "entry 3 is missing",
        ),
        (
            "DELETE FROM log_entries WHERE seq = 5",
            "entry 5 is missing",
        ),
        (
            "UPDATE streams SET last_seq = 4",
            "it has 5 entries, and its streams say 4",
        ),
        (
            "UPDATE log_entries SET at = at + 99999999 WHERE seq = 2",
            "entry 3 is older than",
        ),
        ("PRAGMA user_version = 99", "has schema 99"),
        ("PRAGMA application_id = 42", "not one of Kobling's"),
        ("PRAGMA journal_mode = WAL", "ok"),
    ];
    for (damage, expected) in damages {
        let folder = tempfile::tempdir().unwrap();
        let (_storage, copy) = with_copy(&folder).await;
        pages_alone(&copy).unwrap();
        raw(&copy).execute_batch(damage).unwrap();
        let said = match verified(&copy) {
            Ok(_) => "ok".to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(said.contains(expected), "{damage}: {said}");
    }
}

#[tokio::test]
async fn every_changed_byte_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (_storage, copy) = with_copy(&folder).await;
    let whole = std::fs::read(&copy).unwrap();
    for at in (0..whole.len())
        .step_by(997)
        .chain(whole.len() - 48..whole.len())
    {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        std::fs::write(&copy, changed).unwrap();
        assert!(verified(&copy).is_err(), "byte {at}");
    }
}

#[tokio::test]
async fn a_damaged_page_is_noticed_without_a_checksum() {
    let folder = tempfile::tempdir().unwrap();
    let (_storage, copy) = with_copy(&folder).await;
    pages_alone(&copy).unwrap();
    verified(&copy).unwrap();
    let mut bytes = std::fs::read(&copy).unwrap();
    for byte in &mut bytes[4_096..8_192] {
        *byte = 0xff;
    }
    std::fs::write(&copy, bytes).unwrap();
    let error = verified(&copy).unwrap_err();
    assert!(
        matches!(error, VerifyError::Pages { .. } | VerifyError::Storage(_)),
        "{error}"
    );
}

#[tokio::test]
async fn a_database_in_use_is_no_backup() {
    let folder = tempfile::tempdir().unwrap();
    let (_storage, _) = with_copy(&folder).await;
    let error = verified(&file_in(&folder)).unwrap_err();
    assert!(matches!(error, VerifyError::InUse { .. }), "{error}");
}
