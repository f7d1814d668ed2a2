//! What the engine counts while it works.

use std::sync::atomic::{AtomicU64, Ordering};

use storage::StorageFigures;

/// Shared by all that write.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    log_entries_written: AtomicU64,
}

impl Figures {
    /// A batch with so many entries has been committed.
    pub(crate) fn committed(&self, entries: usize) {
        let entries = u64::try_from(entries).unwrap_or(u64::MAX);
        self.log_entries_written
            .fetch_add(entries, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> StorageFigures {
        StorageFigures {
            log_entries_written: self.log_entries_written.load(Ordering::Relaxed),
            wal: None,
        }
    }
}
