//! Two processes on one file, as a server and a short command are: here two engines in one process.

use std::sync::Arc;
use std::thread;

use storage::Reader;
use storage::conformance::SeededEntropy;
use storage_sqlite::{SqliteOptions, SqliteStorage};
use tokio::runtime::Runtime;

use crate::{assert_sound, begin, event, file_in, open, record, whole_log, write};

#[tokio::test]
async fn two_engines_on_one_file_take_turns_and_see_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::at(file_in(&folder));
    let engines = [open(&options, 1), open(&options, 2)];
    let (partner, account) = begin(&engines[0]).await;
    let entropy = SeededEntropy::new(9);
    for turn in 0..20 {
        let (writer, other) = (&engines[turn % 2], &engines[(turn + 1) % 2]);
        let name = format!("turn {turn}");
        let done = record(writer, event(account, &entropy, &name)).await;
        assert_eq!(done.version, turn as u64 + 1);
        let log = whole_log(other, partner).await;
        assert!(log.iter().map(|entry| entry.seq).eq(1..=turn as u64 + 3));
        assert!(log.last().unwrap().payload.as_str().contains(&name));
        let connection = event(account, &entropy, "").connection;
        let found = other.find_connection(account, connection, 1).await;
        assert_eq!(found.unwrap().unwrap().events, [done.event]);
    }
    let [first, second] = engines;
    drop(first);
    record(&second, event(account, &entropy, "alone")).await;
    drop(second);
    assert_sound(&options.path);
}

#[test]
fn two_engines_writing_at_the_same_time_leave_no_gap() {
    let folder = tempfile::tempdir().unwrap();
    let options = SqliteOptions::at(file_in(&folder));
    let engines: Vec<Arc<SqliteStorage>> =
        (0..2).map(|seed| Arc::new(open(&options, seed))).collect();
    let runtime = Runtime::new().unwrap();
    let (partner, account) = runtime.block_on(begin(engines[0].as_ref()));
    thread::scope(|scope| {
        for (engine, seed) in engines.iter().zip(50..) {
            let runtime = &runtime;
            scope.spawn(move || {
                let entropy = SeededEntropy::new(seed);
                for _ in 0..40 {
                    let pair = vec![
                        event(account, &entropy, "first"),
                        event(account, &entropy, "second"),
                    ];
                    let done = runtime.block_on(write(engine.as_ref(), pair)).unwrap();
                    assert!(done.iter().all(Result::is_ok));
                }
            });
        }
    });
    let log = runtime.block_on(whole_log(engines[0].as_ref(), partner));
    assert!(log.iter().map(|entry| entry.seq).eq(1..=162));
    for pair in log[2..].chunks(2) {
        assert!(pair[0].payload.as_str().contains("first"));
        assert!(pair[1].payload.as_str().contains("second"));
    }
}
