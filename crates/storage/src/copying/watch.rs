//! How far a copy has come, and stopping it.

use std::sync::atomic::{AtomicBool, Ordering};

use super::CopyError;

/// How far it has come, in rows of all tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CopyStage {
    /// Rows are written.
    Copying {
        /// Rows that are there.
        done: u64,
        /// Rows in all.
        total: u64,
    },
    /// Rows are read back and held against those they were copied from.
    Comparing {
        /// Rows that were looked at, of the side that is further behind.
        done: u64,
        /// Rows in all.
        total: u64,
    },
}

/// Who watches a copy, and may stop it.
pub struct CopyWatch<'a> {
    /// Set to have it stop soon.
    pub stop: &'a AtomicBool,
    /// Is told how far it has come.
    pub show: &'a (dyn Fn(CopyStage) + Sync),
}

impl std::fmt::Debug for CopyWatch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CopyWatch").finish_non_exhaustive()
    }
}

impl CopyWatch<'_> {
    pub(super) fn check(&self) -> Result<(), CopyError> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(CopyError::Stopped);
        }
        Ok(())
    }
}
