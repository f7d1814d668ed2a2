//! Long tasks: how far they have come, and stopping them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How far a long task has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Bytes are being copied.
    Copying {
        /// Bytes copied.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Bytes are held against their checksum.
    CheckingBytes {
        /// Bytes that were looked at.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// SQLite looks at every page.
    CheckingPages,
    /// Every entry of the log is hashed.
    CheckingEntries {
        /// Entries that were looked at.
        done: u64,
        /// Entries in all.
        total: u64,
    },
}

/// Who watches a long task, and may stop it.
pub struct Watch<'a> {
    /// Set to have the task stop soon.
    pub stop: Arc<AtomicBool>,
    /// Is told how far the task has come.
    pub show: &'a mut dyn FnMut(Stage),
}

impl std::fmt::Debug for Watch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

impl Watch<'_> {
    /// Whether to stop.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}
