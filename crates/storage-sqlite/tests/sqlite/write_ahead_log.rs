//! The write-ahead log stays short, however much is written and whoever reads.

use std::sync::Arc;
use std::thread;

use domain::JsonText;
use domain::connections::RecordEvent;
use storage::conformance::SeededEntropy;
use storage::{LogPage, Reader, Storage};
use storage_sqlite::SqliteOptions;
use tokio::runtime::Runtime;

use crate::{assert_sound, begin, event, file_in, open, whole_log, write};

const PAGES_HARD: u32 = 100;
/// A page and its header in the log.
const FRAME_BYTES: u64 = 4_096 + 24;
/// At twice the limit the writer gives way to nothing; one batch may begin just below that.
const BOUND_BYTES: u64 = (2 * PAGES_HARD as u64 + 50) * FRAME_BYTES;
const BATCHES: usize = 120;

#[test]
fn the_log_stays_bounded_under_endless_load() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = SqliteOptions::at(file_in(&folder));
    options.wal_pages_soft = 50;
    options.wal_pages_hard = PAGES_HARD;
    let storage = open(&options, 1);
    let log_path = folder.path().join("kobling.db-wal");
    let runtime = Runtime::new().unwrap();
    let (partner, account) = runtime.block_on(begin(&storage));
    let longest = thread::scope(|scope| {
        let writing = Arc::new(());
        let still = Arc::downgrade(&writing);
        let (storage, runtime) = (&storage, &runtime);
        scope.spawn(move || {
            while still.strong_count() > 0 {
                let page = LogPage {
                    after: 0,
                    limit: 50,
                };
                runtime.block_on(storage.list_log(partner, page)).unwrap();
            }
        });
        let entropy = SeededEntropy::new(3);
        let big = format!("{{\"filler\":\"{}\"}}", "x".repeat(6_000));
        let mut longest = 0;
        for _ in 0..BATCHES {
            let wish = |_| {
                let mut wish: RecordEvent = event(account, &entropy, "big");
                wish.event.metadata = Some(JsonText::from_checked(big.as_str()));
                wish
            };
            let batch = (0..10).map(wish).collect();
            let written = runtime.block_on(write(storage, batch));
            let length = std::fs::metadata(&log_path).map_or(0, |file| file.len());
            longest = longest.max(length);
            if written.is_err() || length > BOUND_BYTES {
                break;
            }
        }
        drop(writing);
        longest
    });
    assert!(longest <= BOUND_BYTES, "{longest} bytes");
    let log = runtime.block_on(whole_log(&storage, partner));
    assert_eq!(log.len(), BATCHES * 10 + 2);
    let figures = storage.figures();
    let wal = figures.wal.unwrap();
    assert_eq!(figures.log_entries_written, log.len() as u64);
    assert_eq!(wal.pages_max, u64::from(PAGES_HARD));
    assert!(
        wal.pages > 0 && wal.pages < PAGES_HARD as u64 * 3,
        "{wal:?}"
    );
    assert!(wal.rounds > 0 && wal.checkpoints >= wal.rounds, "{wal:?}");
    assert_eq!(wal.checkpoints_failed, 0);
    drop(storage);
    let written = std::fs::metadata(&options.path).unwrap().len();
    assert!(
        written > 5 * BOUND_BYTES,
        "{written} bytes are too few to tell"
    );
    assert_sound(&options.path);
}
