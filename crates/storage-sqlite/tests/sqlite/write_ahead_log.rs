//! The write-ahead log stays short, however much is written and whoever reads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use domain::JsonText;
use domain::connections::RecordEvent;
use storage::conformance::SeededEntropy;
use storage::{LogPage, Storage};
use storage_sqlite::SqliteOptions;
use tokio::runtime::Runtime;

use crate::{assert_sound, begin, event, file_in, open, whole_log, write};

const PAGES_HARD: u32 = 200;
/// A page and its header in the log.
const FRAME_BYTES: u64 = 4_096 + 24;
/// One batch may begin just below the limit, so that the log is longer than that by one batch.
const BOUND_BYTES: u64 = (PAGES_HARD as u64 + 50) * FRAME_BYTES;
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
    let done = AtomicBool::new(false);
    let longest = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
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
            let written = runtime.block_on(write(&storage, batch));
            let length = std::fs::metadata(&log_path).map_or(0, |file| file.len());
            longest = longest.max(length);
            if written.is_err() || length > BOUND_BYTES {
                break;
            }
        }
        done.store(true, Ordering::SeqCst);
        longest
    });
    assert!(longest <= BOUND_BYTES, "{longest} bytes");
    let log = runtime.block_on(whole_log(&storage, partner));
    assert_eq!(log.len(), BATCHES * 10 + 2);
    drop(storage);
    let written = std::fs::metadata(&options.path).unwrap().len();
    assert!(
        written > 5 * BOUND_BYTES,
        "{written} bytes are too few to tell"
    );
    assert_sound(&options.path);
}
