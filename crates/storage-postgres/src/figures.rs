//! What the engine counts while it works.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use storage::{ConnectionFigures, LookUpFigures, ServerFigures, StorageFigures};

use crate::connection_counts::ConnectionCounts;
use crate::open::PostgresStorage;

/// Shared by all that write.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    log_entries_written: AtomicU64,
    found_stored: AtomicU64,
    found_not_stored: AtomicU64,
    not_found_out: AtomicU64,
    look_up_nanos: AtomicU64,
}

/// How connections are used at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct InUse {
    /// Connections on which something is being done.
    pub(crate) connections: usize,
    /// Connections that may be open.
    pub(crate) max: usize,
    /// Callers who wait for one, or behind another on one.
    pub(crate) waiting: usize,
}

impl Figures {
    /// A batch with so many entries has been committed.
    pub(crate) fn committed(&self, entries: usize) {
        let entries = u64::try_from(entries).unwrap_or(u64::MAX);
        self.log_entries_written
            .fetch_add(entries, Ordering::Relaxed);
    }

    /// It was looked up what became of a commit.
    pub(crate) fn looked_up(&self, is_stored: Option<bool>, took: Duration) {
        let counted = match is_stored {
            Some(true) => &self.found_stored,
            Some(false) => &self.found_not_stored,
            None => &self.not_found_out,
        };
        counted.fetch_add(1, Ordering::Relaxed);
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.look_up_nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    fn look_ups(&self) -> LookUpFigures {
        LookUpFigures {
            stored: self.found_stored.load(Ordering::Relaxed),
            not_stored: self.found_not_stored.load(Ordering::Relaxed),
            unknown: self.not_found_out.load(Ordering::Relaxed),
            nanos: self.look_up_nanos.load(Ordering::Relaxed),
        }
    }
}

impl PostgresStorage {
    pub(crate) fn read_figures(&self) -> StorageFigures {
        let figures = &self.writing.figures;
        let writers = &self.writing.writers;
        let waking = self.writing.teller.counts();
        StorageFigures {
            log_entries_written: figures.log_entries_written.load(Ordering::Relaxed),
            wal: None,
            server: Some(ServerFigures {
                writing: connections(&writers.connector.counts, writers.in_use()),
                reading: connections(self.readers.counts(), self.readers.in_use()),
                waking: connections(waking, InUse::default()),
                look_ups: figures.look_ups(),
            }),
        }
    }
}

fn connections(counts: &ConnectionCounts, in_use: InUse) -> ConnectionFigures {
    let (open, opened, lost) = counts.read();
    let count = |number| u64::try_from(number).unwrap_or(u64::MAX);
    ConnectionFigures {
        open,
        in_use: count(in_use.connections),
        max: count(in_use.max),
        waiting: count(in_use.waiting),
        opened,
        lost,
    }
}
