//! Keeping the write-ahead log short.
//!
//! From a soft limit on, a background thread carries it into the file (passive checkpoints, which never wait for anyone
//! and make nobody wait), again until little is left of what was written meanwhile. Then the writer carries over the
//! rest between two batches, so that the next batch begins the log anew. Carrying over seldom is cheap: a page that
//! was written many times is carried once. At a hard limit the writer does it all itself.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::hooks::Wal;
use rusqlite::{Connection, Error};

use crate::connect::{OpenError, SqliteOptions, open_for_writing};
use crate::figures::Figures;

/// Pages that are carried over quickly enough for a batch to wait.
const LITTLE_PAGES: u32 = 100;

/// How long a batch waits for readers that stand in the way of beginning the log anew. Reads of the service take less; a
/// backup takes longer, and is not waited for.
const READERS_WAITED_FOR: Duration = Duration::from_millis(20);

/// Passes of the background thread in a row, at most.
const PASSES_MAX: u32 = 8;

thread_local! {
    /// Pages in the log after the last commit of this thread; SQLite says it to a plain function only.
    static PAGES: Cell<u32> = const { Cell::new(0) };
}

/// The thread that carries the log into the file.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    /// Takes the number of the round that has become long enough.
    wake: Option<SyncSender<u64>>,
    thread: Option<JoinHandle<()>>,
    /// Held during a checkpoint: SQLite refuses a second one at once instead of waiting for the first.
    turn: Arc<Mutex<()>>,
    /// The last round of which the thread has carried over most.
    carried: Arc<AtomicU64>,
    /// The present round: how often the log has begun anew, plus one.
    round: AtomicU64,
    /// The last round for which the thread was woken.
    woken_for: AtomicU64,
    /// Pages below which nothing is tried, because a reader stood in the way not long ago; 0 when none did.
    not_before: AtomicU32,
    busy_timeout: Duration,
    soft: u32,
    hard: u32,
    figures: Arc<Figures>,
}

/// Has SQLite count pages at each commit of this connection.
pub(crate) fn count_pages(db: &Connection) {
    fn keep(_: &Wal, pages: std::ffi::c_int) -> Result<(), Error> {
        PAGES.set(u32::try_from(pages).unwrap_or(0));
        Ok(())
    }
    db.wal_hook(Some(keep));
}

impl Checkpointer {
    pub(crate) fn start(
        options: &SqliteOptions,
        figures: &Arc<Figures>,
    ) -> Result<Self, OpenError> {
        let db = open_for_writing(options)?;
        let (wake, woken) = sync_channel(1);
        let turn = Arc::new(Mutex::new(()));
        let turn_of_thread = Arc::clone(&turn);
        let carried = Arc::new(AtomicU64::new(0));
        let carried_by_thread = Arc::clone(&carried);
        let figures_of_thread = Arc::clone(figures);
        let work = move || {
            while let Ok(round) = woken.recv() {
                let _turn = turn_of_thread
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let most = carry_most(&db);
                figures_of_thread.carried(&most);
                if let Err(error) = most {
                    tracing::warn!(%error, "the write-ahead log could not be carried into the file");
                }
                carried_by_thread.store(round, Ordering::Release);
            }
        };
        let thread = std::thread::Builder::new()
            .name("checkpoint".to_owned())
            .spawn(work);
        let thread = thread.map_err(|source| OpenError::Lock {
            path: options.path.clone(),
            source,
        })?;
        Ok(Self {
            wake: Some(wake),
            thread: Some(thread),
            turn,
            carried,
            round: AtomicU64::new(1),
            woken_for: AtomicU64::new(0),
            not_before: AtomicU32::new(0),
            busy_timeout: options.busy_timeout,
            soft: options.wal_pages_soft,
            hard: options.wal_pages_hard,
            figures: Arc::clone(figures),
        })
    }

    /// To be called after each commit, on the thread and with the connection that committed.
    pub(crate) fn after_commit(&self, db: &Connection) {
        let pages = PAGES.get();
        self.figures.wal_has(pages);
        let not_before = self.not_before.load(Ordering::Relaxed);
        if pages < self.soft {
            if not_before > 0 {
                self.not_before.store(0, Ordering::Relaxed);
            }
            return;
        }
        if pages < not_before {
            return;
        }
        let round = self.round.load(Ordering::Relaxed);
        let little_is_left = self.carried.load(Ordering::Acquire) == round;
        if little_is_left || pages >= self.hard {
            self.begin_anew(db, pages);
            self.round.store(round + 1, Ordering::Relaxed);
        } else if self.woken_for.swap(round, Ordering::Relaxed) != round {
            self.wake(round);
        }
    }

    /// Carries over what is left, so that the next commit writes at the log's beginning. While a reader holds on to an
    /// older state, as a backup does, that is not possible: then it is tried again after an eighth of the soft limit.
    fn begin_anew(&self, db: &Connection, pages: u32) {
        let began = Instant::now();
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = began.elapsed();
        let restarted = db
            .busy_timeout(READERS_WAITED_FOR)
            .and_then(|()| restart(db));
        let reset = db.busy_timeout(self.busy_timeout);
        let restarted = restarted.and_then(|restarted| reset.map(|()| restarted));
        self.figures.carried(&restarted);
        let not_before = match restarted {
            Ok(true) => {
                self.figures.began_anew();
                0
            }
            Ok(false) => pages.saturating_add(self.soft / 8),
            Err(error) => {
                tracing::warn!(%error, pages, "the write-ahead log stays long");
                0
            }
        };
        self.not_before.store(not_before, Ordering::Relaxed);
        let took = began.elapsed();
        tracing::debug!(pages, ?waited, ?took, "the write-ahead log begins anew");
    }

    fn wake(&self, round: u64) {
        if let Some(Err(TrySendError::Disconnected(_))) =
            self.wake.as_ref().map(|wake| wake.try_send(round))
        {
            tracing::error!("the thread that shortens the write-ahead log has ended");
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.wake.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that shortens the write-ahead log has panicked");
        }
    }
}

/// Carries over until what the writer added meanwhile is little, or a few times over.
fn carry_most(db: &Connection) -> Result<(), Error> {
    let mut carried = 0;
    for _ in 0..PASSES_MAX {
        let before = carried;
        carried = checkpoint(db, "PASSIVE")?;
        if carried.saturating_sub(before) < LITTLE_PAGES {
            break;
        }
    }
    Ok(())
}

/// Carries over everything and waits until the log can begin anew; answers whether it can.
fn restart(db: &Connection) -> Result<bool, Error> {
    db.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| {
        row.get::<_, i64>(0)
    })
    .map(|busy| busy == 0)
}

/// Runs a checkpoint; answers how many pages of the log are in the file.
fn checkpoint(db: &Connection, mode: &str) -> Result<u32, Error> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    db.query_row(&sql, [], |row| row.get::<_, i64>(2))
        .map(|pages| u32::try_from(pages).unwrap_or(0))
}
