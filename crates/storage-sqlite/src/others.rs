//! Whether another process has changed the file.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::columns::unsigned;
use crate::error::Result;
use crate::query;

/// How long what is known may be trusted.
const TRUSTED_FOR: Duration = Duration::from_millis(50);

/// What is known of the changes of others, as the writing connection sees them.
#[derive(Debug)]
pub(crate) struct Others {
    data_version: AtomicU64,
    /// When it was looked at, in milliseconds after `began`, plus 1; 0 before the first time.
    looked_at: AtomicU64,
    began: Instant,
}

impl Others {
    pub(crate) fn new() -> Self {
        Self {
            data_version: AtomicU64::new(0),
            looked_at: AtomicU64::new(0),
            began: Instant::now(),
        }
    }

    /// Looks anew; to be asked of the connection that writes, whose own commits do not move the number.
    pub(crate) fn look(&self, db: &Connection) -> Result<u64> {
        let now = self.millis();
        let found = query::one(db, "PRAGMA data_version", [], |row| unsigned(row, 0))?;
        let data_version = found.unwrap_or_default();
        self.data_version.store(data_version, Ordering::Release);
        self.looked_at.store(now + 1, Ordering::Release);
        Ok(data_version)
    }

    /// What was last seen, if that is not too long ago.
    pub(crate) fn recent(&self) -> Option<u64> {
        let looked_at = self.looked_at.load(Ordering::Acquire).checked_sub(1)?;
        let age = self.millis().saturating_sub(looked_at);
        (u128::from(age) < TRUSTED_FOR.as_millis()).then(|| self.last_seen())
    }

    /// What was last seen, however long ago.
    pub(crate) fn last_seen(&self) -> u64 {
        self.data_version.load(Ordering::Acquire)
    }

    fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
