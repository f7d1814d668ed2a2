//! Connections that write, one for each batch under way.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use storage::StorageError;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::connect::Connector;
use crate::error::Result;
use crate::figures::InUse;
use crate::session::Session;
use crate::write_path;

/// Writers that are not in use just now.
#[derive(Debug)]
pub(crate) struct Writers {
    pub(crate) connector: Connector,
    idle: Mutex<Vec<Session>>,
    permits: Semaphore,
    waiting: AtomicUsize,
}

/// A connection of one's own. It goes back among the idle ones by [`Borrowed::give_back`] alone: whatever may still be open in its session
/// ends with it.
#[derive(Debug)]
pub(crate) struct Borrowed<'a> {
    pub(crate) session: Session,
    /// Whether it has been in use before, and may have been lost since.
    pub(crate) is_used: bool,
    writers: &'a Writers,
    _permit: SemaphorePermit<'a>,
}

/// Counts one who waits, until it is dropped.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn begin(counted: &'a AtomicUsize) -> Self {
        counted.fetch_add(1, Ordering::Relaxed);
        Self(counted)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Writers {
    pub(crate) fn new(connector: Connector) -> Self {
        Self {
            permits: Semaphore::new(connector.options.writers_max.max(1)),
            idle: Mutex::default(),
            waiting: AtomicUsize::new(0),
            connector,
        }
    }

    /// How many are in use, and how many callers wait for one.
    pub(crate) fn in_use(&self) -> InUse {
        let max = self.connector.options.writers_max.max(1);
        InUse {
            connections: max.saturating_sub(self.permits.available_permits()),
            max,
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    /// A connection; waits where all are in use.
    pub(crate) async fn borrow(&self) -> Result<Borrowed<'_>> {
        let limit = self.connector.options.answer_timeout();
        let waiting = Waits::begin(&self.waiting);
        let permit = tokio::time::timeout(limit, self.permits.acquire()).await;
        drop(waiting);
        let Ok(Ok(permit)) = permit else {
            let why = format!("all connections that write have been in use for {limit:?}");
            return Err(StorageError::Unavailable(why));
        };
        let idle = self.pop();
        let is_used = idle.is_some();
        let session = match idle {
            Some(session) => session,
            None => self.open().await?,
        };
        Ok(Borrowed {
            session,
            is_used,
            writers: self,
            _permit: permit,
        })
    }

    /// A new connection with everything prepared that a batch sends.
    pub(crate) async fn open(&self) -> Result<Session> {
        let session = self.connector.connect().await?;
        let limit = self.connector.options.answer_timeout();
        let preparing = session.prepare_all(write_path::STATEMENTS);
        match tokio::time::timeout(limit, preparing).await {
            Ok(prepared) => prepared.map(|()| session),
            Err(_) => Err(StorageError::Unavailable(format!(
                "the database has not answered for {limit:?}"
            ))),
        }
    }

    /// A server that did not answer on one connection is not asked again on those that were opened before.
    pub(crate) fn forget_idle(&self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.clear();
    }

    fn pop(&self) -> Option<Session> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(session) = idle.pop() {
            if !session.is_closed() {
                return Some(session);
            }
        }
        None
    }
}

impl Borrowed<'_> {
    /// Leaves the connection to whoever comes next; to be called when nothing is open in its session.
    pub(crate) fn give_back(self) {
        if !self.session.is_closed() {
            let idle = self.writers.idle.lock();
            idle.unwrap_or_else(PoisonError::into_inner)
                .push(self.session);
        }
    }
}
