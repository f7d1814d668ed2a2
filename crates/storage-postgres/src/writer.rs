//! The write path: one transaction for a whole batch, in two round trips.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use domain::log::LogEntry;
use domain::{Change, Clock, Entropy, Needs, PartnerId, View, decide_all};
use storage::{Durability, SealedEntry, StorageError, WriteError};

use crate::error::Result;
use crate::figures::Figures;
use crate::outcome::{self, Mark};
use crate::session::{Batch, Session};
use crate::wake_ups::Teller;
use crate::write_path;
use crate::writers::{Borrowed, Writers};

/// How often a batch is tried again because another transaction was in its way.
const CONFLICTS_MAX: usize = 5;

/// What writes.
#[derive(Debug)]
pub struct Writing {
    pub(crate) writers: Writers,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) figures: Figures,
    pub(crate) durability: Durability,
    pub(crate) teller: Teller,
    pub(crate) partners_per_batch_max: usize,
}

/// What became of one try.
enum Tried {
    /// All of it is stored; so many entries.
    Written(usize),
    /// Nothing of it is stored, and the next try may well succeed.
    Again(StorageError),
}

/// A batch that is decided and about to be stored.
struct Decided {
    view: View,
    known: Vec<PartnerId>,
    entries: Vec<(LogEntry, SealedEntry)>,
}

impl Writing {
    /// Makes all changes in one durable transaction, or none of them.
    pub(crate) async fn write(
        &self,
        changes: &mut [&mut dyn Change],
    ) -> std::result::Result<(), WriteError> {
        self.check_partners(changes)?;
        let written = self.try_to_write(changes).await;
        match written {
            Ok(0) => {}
            Ok(entries) => {
                self.durability.committed();
                self.figures.committed(entries);
                let partners: Vec<_> = changes.iter().map(|change| change.partner()).collect();
                self.teller.tell(partners).await;
            }
            Err(_) => self.durability.failed(),
        }
        written.map(drop)
    }

    /// Nothing in the database is touched by a batch that asks for too much.
    fn check_partners(&self, changes: &[&mut dyn Change]) -> std::result::Result<(), WriteError> {
        let max = self.partners_per_batch_max;
        if changes.len() <= max {
            return Ok(());
        }
        let partners: HashSet<_> = changes.iter().map(|change| change.partner()).collect();
        if partners.len() <= max {
            return Ok(());
        }
        let why = format!(
            "a batch has changes of {} partners; on this database it may have those of {max}",
            partners.len()
        );
        Err(WriteError::NotWritten(StorageError::Unavailable(why)))
    }

    /// Answers how many entries were written. A connection that was lost while nobody used it is not a try.
    async fn try_to_write(
        &self,
        changes: &mut [&mut dyn Change],
    ) -> std::result::Result<usize, WriteError> {
        let mut tries = 0;
        loop {
            let borrowed = self.writers.borrow().await?;
            let was_used = borrowed.is_used;
            match self.try_once(borrowed, changes).await? {
                Tried::Written(entries) => return Ok(entries),
                Tried::Again(error) => {
                    tries += usize::from(!was_used);
                    if tries > CONFLICTS_MAX {
                        return Err(WriteError::NotWritten(error));
                    }
                }
            }
        }
    }

    async fn try_once(
        &self,
        borrowed: Borrowed<'_>,
        changes: &mut [&mut dyn Change],
    ) -> std::result::Result<Tried, WriteError> {
        let session = &borrowed.session;
        let loading = write_path::load(Batch(session), needs_of(changes));
        let loaded = self.in_time(session, loading).await;
        let view = match loaded {
            Ok(view) => view,
            Err(error) => return again_or_not(&borrowed, error),
        };
        let decided = self.decide(view, changes)?;
        session.take_warning();
        if decided.entries.is_empty() {
            return self.end_without_entries(borrowed).await;
        }
        let (known, entries) = (&decided.known, &decided.entries);
        let storing = write_path::store(Batch(session), &decided.view, known, entries);
        let stored = self.in_time(session, storing).await;
        let is_refused = session.take_refusal();
        match stored {
            Ok(()) if !session.take_warning() => {
                borrowed.give_back();
                Ok(Tried::Written(decided.entries.len()))
            }
            Err(error) if is_refused => again_or_not(&borrowed, error),
            Ok(()) => self.look_up(borrowed, &decided, "a warning").await,
            Err(error) => self.look_up(borrowed, &decided, &error.to_string()).await,
        }
    }

    /// What was decided can rest on what others wrote, such as the answer that a repeat gets. So it is committed: on a server
    /// that waits for standbys, what was seen has one then too, even if the server was restarted before it had.
    async fn end_without_entries(
        &self,
        borrowed: Borrowed<'_>,
    ) -> std::result::Result<Tried, WriteError> {
        let committing = Batch(&borrowed.session).commit();
        self.in_time(&borrowed.session, committing).await?;
        if borrowed.session.take_warning() {
            let why = "no standby has confirmed what was read".to_owned();
            return Err(WriteError::NotWritten(StorageError::Unavailable(why)));
        }
        borrowed.give_back();
        Ok(Tried::Written(0))
    }

    fn decide(&self, mut view: View, changes: &mut [&mut dyn Change]) -> Result<Decided> {
        let known = view.streams.iter().map(|(partner, _)| *partner).collect();
        let entries = decide_all(&mut view, changes, self.clock.now());
        let sealed = entries.into_iter().map(|entry| {
            let sealed = SealedEntry::seal(&entry, self.entropy.as_ref())?;
            Ok((entry, sealed))
        });
        let entries: Result<Vec<_>> = sealed.collect();
        Ok(Decided {
            view,
            known,
            entries: entries?,
        })
    }

    /// The commit was sent and its answer did not come, or came with a warning: what is stored tells.
    async fn look_up(
        &self,
        borrowed: Borrowed<'_>,
        decided: &Decided,
        why: &str,
    ) -> std::result::Result<Tried, WriteError> {
        drop(borrowed);
        let began = Instant::now();
        let mark = Mark::of(&decided.entries, &decided.known);
        let found = match mark {
            Some(mark) => outcome::look_up(&self.writers, &mark).await,
            None => None,
        };
        self.figures.looked_up(found, began.elapsed());
        tracing::warn!(is_written = ?found, why, "the outcome of a batch was looked up");
        match found {
            Some(true) => Ok(Tried::Written(decided.entries.len())),
            Some(false) => Err(WriteError::NotWritten(StorageError::Unavailable(format!(
                "the connection was lost: {why}"
            )))),
            None => Err(WriteError::OutcomeUnknown(why.to_owned())),
        }
    }

    /// Asks something on a connection that writes, outside a transaction.
    pub(crate) async fn ask<T>(
        &self,
        question: impl AsyncFnOnce(&Session) -> Result<T>,
    ) -> Result<T> {
        let borrowed = self.writers.borrow().await?;
        let answer = self
            .in_time(&borrowed.session, question(&borrowed.session))
            .await;
        if answer.is_ok() {
            borrowed.give_back();
        }
        answer
    }

    /// The server gives up before this side does, unless it is stopped or cut off.
    async fn in_time<T>(
        &self,
        session: &Session,
        asking: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let limit = self.writers.connector.options.answer_timeout();
        let waited = tokio::time::timeout(limit, asking).await;
        waited.unwrap_or_else(|_| {
            session.count_as_lost();
            self.writers.forget_idle();
            let why = format!("the database has not answered for {limit:?}");
            Err(StorageError::Unavailable(why))
        })
    }
}

/// Nothing of the batch is stored. Another try makes sense where another transaction was in the way, or where the connection had
/// been lost before.
fn again_or_not(
    borrowed: &Borrowed<'_>,
    error: StorageError,
) -> std::result::Result<Tried, WriteError> {
    let session = &borrowed.session;
    let was_lost_before = borrowed.is_used && session.is_closed();
    if session.take_conflict() || was_lost_before {
        Ok(Tried::Again(error))
    } else {
        Err(WriteError::NotWritten(error))
    }
}

fn needs_of(changes: &[&mut dyn Change]) -> Needs {
    let mut needs = Needs::default();
    for change in changes {
        needs.streams.insert(change.partner());
        change.needs(&mut needs);
    }
    needs
}
