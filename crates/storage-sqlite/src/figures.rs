//! What the engine counts while it works.

use std::sync::atomic::{AtomicU64, Ordering};

use storage::{StorageFigures, WalFigures};

/// Shared by the writer and the thread that shortens the write-ahead log.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    log_entries_written: AtomicU64,
    wal_pages: AtomicU64,
    checkpoints: AtomicU64,
    checkpoints_failed: AtomicU64,
    rounds: AtomicU64,
}

impl Figures {
    /// A batch with so many entries has been committed.
    pub(crate) fn committed(&self, entries: usize) {
        let entries = u64::try_from(entries).unwrap_or(u64::MAX);
        self.log_entries_written
            .fetch_add(entries, Ordering::Relaxed);
    }

    /// The write-ahead log has so many pages.
    pub(crate) fn wal_has(&self, pages: u32) {
        self.wal_pages.store(pages.into(), Ordering::Relaxed);
    }

    /// Pages were carried into the file, or could not be.
    pub(crate) fn carried<T, E>(&self, carried: &Result<T, E>) {
        let counted = match carried {
            Ok(_) => &self.checkpoints,
            Err(_) => &self.checkpoints_failed,
        };
        counted.fetch_add(1, Ordering::Relaxed);
    }

    /// The next commit writes at the beginning of the write-ahead log.
    pub(crate) fn began_anew(&self) {
        self.rounds.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self, wal_pages_max: u32) -> StorageFigures {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        StorageFigures {
            log_entries_written: read(&self.log_entries_written),
            wal: Some(WalFigures {
                pages: read(&self.wal_pages),
                pages_max: wal_pages_max.into(),
                checkpoints: read(&self.checkpoints),
                checkpoints_failed: read(&self.checkpoints_failed),
                rounds: read(&self.rounds),
            }),
            server: None,
        }
    }
}
