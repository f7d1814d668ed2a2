//! What the log says of batches that fail: the first one at once, then their number now and then, and that it is over.
//!
//! A full disk fails thousands of batches, and may be the disk that the log is on.

use std::time::{Duration, Instant};

use storage::WriteError;

/// How often the log is told again while they go on failing.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// How soon the log is told of new ones, where batches are written and fail in turns.
const TOLD_AFTER: Duration = Duration::from_secs(1);

/// Batches that failed since the last one that was written.
#[derive(Debug, Default)]
pub(crate) struct FailedBatches {
    since: Option<Instant>,
    is_told: bool,
    told_at: Option<Instant>,
    batches: u64,
    changes: usize,
}

impl FailedBatches {
    /// Whether the last batch that had something to write failed.
    pub(crate) fn are_the_last(&self) -> bool {
        self.since.is_some()
    }

    pub(crate) fn failed(&mut self, error: &WriteError, changes: usize) {
        let now = Instant::now();
        self.since.get_or_insert(now);
        self.batches += 1;
        self.changes += changes;
        let pause = if self.is_told { TOLD_EVERY } else { TOLD_AFTER };
        let is_due = self
            .told_at
            .is_none_or(|told_at| now.duration_since(told_at) >= pause);
        if is_due {
            (self.is_told, self.told_at) = (true, Some(now));
            let (batches, changes) = (self.batches, self.changes);
            tracing::error!(%error, batches, changes, "a batch was not written");
        }
    }

    /// A batch has been written.
    pub(crate) fn ended(&mut self) {
        let Some(since) = self.since.take() else {
            return;
        };
        let told_at = self.told_at;
        let ended = std::mem::take(self);
        self.told_at = told_at;
        if ended.is_told {
            let (batches, changes) = (ended.batches, ended.changes);
            let failed_for = since.elapsed();
            tracing::info!(batches, changes, ?failed_for, "batches are written again");
        }
    }
}
