//! Whether what is written reaches the disk, as far as that is known without trying.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long a commit is taken as a sign that the next one would work too.
const TRUSTED_FOR: Duration = Duration::from_secs(10);

/// The last commit, unless something has failed since.
#[derive(Debug)]
pub struct Durability {
    /// Milliseconds after `began`, plus 1; 0 when a commit must be tried.
    committed_at: AtomicU64,
    has_failed: AtomicBool,
    began: Instant,
}

impl Durability {
    /// Nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            committed_at: AtomicU64::new(0),
            has_failed: AtomicBool::new(false),
            began: Instant::now(),
        }
    }

    /// Something has been made durable.
    pub fn committed(&self) {
        self.has_failed.store(false, Ordering::Release);
        self.committed_at
            .store(self.millis() + 1, Ordering::Release);
    }

    /// Something could not be made durable.
    pub fn failed(&self) {
        self.committed_at.store(0, Ordering::Release);
        self.has_failed.store(true, Ordering::Release);
    }

    /// Whether the last thing that was tried could not be made durable.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Acquire)
    }

    /// Whether the last thing that was tried was made durable, not long ago.
    #[must_use]
    pub fn is_known(&self) -> bool {
        let committed_at = self.committed_at.load(Ordering::Acquire).checked_sub(1);
        committed_at.is_some_and(|at| {
            u128::from(self.millis().saturating_sub(at)) < TRUSTED_FOR.as_millis()
        })
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Default for Durability {
    fn default() -> Self {
        Self::new()
    }
}
