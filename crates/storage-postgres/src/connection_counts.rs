//! How many connections there are of one kind, and what became of others.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Connections of one kind. Shared by all that are open.
#[derive(Debug, Default)]
pub(crate) struct ConnectionCounts {
    open: AtomicU64,
    opened: AtomicU64,
    lost: AtomicU64,
}

/// One connection as it is counted, as long as it is open.
#[derive(Debug)]
pub(crate) struct CountedConnection {
    of: Arc<ConnectionCounts>,
    is_lost: AtomicBool,
}

/// Is dropped when the connection has ended.
#[derive(Debug)]
pub(crate) struct OpenConnection(Arc<CountedConnection>);

impl ConnectionCounts {
    /// One more is open.
    pub(crate) fn opened(self: &Arc<Self>) -> OpenConnection {
        self.open.fetch_add(1, Ordering::Relaxed);
        self.opened.fetch_add(1, Ordering::Relaxed);
        OpenConnection(Arc::new(CountedConnection {
            of: Arc::clone(self),
            is_lost: AtomicBool::new(false),
        }))
    }

    /// Those that are open now; all that were ever opened; those that were lost.
    pub(crate) fn read(&self) -> (u64, u64, u64) {
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        (read(&self.open), read(&self.opened), read(&self.lost))
    }
}

impl CountedConnection {
    /// It has ended, or is given up, and nobody on this side wanted that.
    pub(crate) fn lose(&self) {
        if !self.is_lost.swap(true, Ordering::Relaxed) {
            self.of.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl OpenConnection {
    pub(crate) fn counted(&self) -> Arc<CountedConnection> {
        Arc::clone(&self.0)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.of.open.fetch_sub(1, Ordering::Relaxed);
    }
}
