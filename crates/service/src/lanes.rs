//! Group commit: changes that arrive while a batch is being written form the next batch.
//!
//! Each lane has one thread and one batch under way. A partner's changes are always in the same lane, so that two
//! batches never wait for each other's stream rows. Knows no engine.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use domain::{Change, Decide, Needs, PartnerId, Proposal, Timestamp, View};
use storage::{Storage, StorageError, WriteError};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::sync::mpsc::{Receiver, Sender, channel, error::TrySendError};
use tokio::sync::oneshot;

use crate::connections::RememberedConnections;
use crate::failed_batches::FailedBatches;
use crate::metrics::Metrics;
use crate::refusal::Failure;
use crate::settings::Settings;

/// Changes written in one transaction, at most.
const BATCH_MAX: usize = 512;

/// From how long on a batch is worth a word in the log.
const SLOW_BATCH: Duration = Duration::from_millis(10);

/// The lanes of this process.
#[derive(Debug)]
pub(crate) struct Lanes {
    senders: Vec<Sender<Box<dyn Waiting>>>,
    threads: Vec<JoinHandle<()>>,
    metrics: Arc<Metrics>,
    under_way: Arc<UnderWay>,
}

/// How many changes were handed to a lane and have no outcome yet.
#[derive(Debug, Default)]
struct UnderWay {
    changes: AtomicUsize,
    none: Notify,
}

/// One of them; counted until it is dropped, whatever becomes of its lane.
#[derive(Debug)]
struct Counted(Arc<UnderWay>);

impl UnderWay {
    fn one_more(self: &Arc<Self>) -> Counted {
        self.changes.fetch_add(1, Ordering::SeqCst);
        Counted(Arc::clone(self))
    }

    /// Done when there are none.
    async fn ended(&self) {
        loop {
            let none = self.none.notified();
            if self.changes.load(Ordering::SeqCst) == 0 {
                return;
            }
            none.await;
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if self.0.changes.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.none.notify_waiters();
        }
    }
}

/// What a caller gets: the outcome of its own change.
type Outcome<D> = Result<Result<<D as Decide>::Done, <D as Decide>::Refused>, Failure>;

/// A change with a caller who waits for its outcome.
trait Waiting: Change {
    /// Tells the caller.
    fn deliver(self: Box<Self>, written: Result<(), WriteError>);
}

#[derive(Debug)]
struct Request<D: Decide> {
    proposal: Proposal<D>,
    reply: oneshot::Sender<Outcome<D>>,
    _counted: Counted,
}

impl<D: Decide> Change for Request<D> {
    fn partner(&self) -> PartnerId {
        self.proposal.partner()
    }

    fn needs(&self, needs: &mut Needs) {
        self.proposal.needs(needs);
    }

    fn decide(&mut self, view: &View, at: Timestamp) -> Vec<domain::log::Draft> {
        self.proposal.decide(view, at)
    }
}

impl<D: Decide> Waiting for Request<D> {
    fn deliver(self: Box<Self>, written: Result<(), WriteError>) {
        let undecided = || Failure::Internal("a change was written and not decided".to_owned());
        let outcome = match written {
            Ok(()) => self.proposal.into_outcome().ok_or_else(undecided),
            Err(error) => Err(error.into()),
        };
        // Nobody listens when the caller has gone away; the change stands all the same.
        drop(self.reply.send(outcome));
    }
}

impl Lanes {
    pub(crate) fn start(
        storage: &Arc<dyn Storage>,
        remembered: &Arc<RememberedConnections>,
        settings: &Settings,
        metrics: &Arc<Metrics>,
    ) -> std::io::Result<Self> {
        let mut started = Self {
            senders: Vec::new(),
            threads: Vec::new(),
            metrics: Arc::clone(metrics),
            under_way: Arc::default(),
        };
        for number in 0..settings.lanes.max(1) {
            let (sender, receiver) = channel(settings.queue_max.max(1));
            let lane = Lane {
                storage: Arc::clone(storage),
                remembered: Arc::clone(remembered),
                metrics: Arc::clone(metrics),
                runtime: Handle::current(),
                failed: FailedBatches::default(),
            };
            let thread = std::thread::Builder::new()
                .name(format!("lane-{number}"))
                .spawn(move || lane.run(receiver))?;
            started.senders.push(sender);
            started.threads.push(thread);
        }
        Ok(started)
    }

    /// Hands a change to its partner's lane and waits until it is durable or refused.
    pub(crate) async fn submit<D: Decide + 'static>(&self, wish: D) -> Outcome<D> {
        let ended = || Failure::Internal("the lane has ended".to_owned());
        let sender = self.lane_of(wish.partner()).ok_or_else(ended)?;
        let (reply, outcome) = oneshot::channel();
        let request = Request {
            proposal: Proposal::new(wish),
            reply,
            _counted: self.under_way.one_more(),
        };
        sender
            .try_send(Box::new(request))
            .map_err(|error| match error {
                TrySendError::Full(_) => {
                    self.metrics.changes_refused.add(1);
                    Failure::Overloaded
                }
                TrySendError::Closed(_) => ended(),
            })?;
        self.metrics.changes_accepted.add(1);
        outcome.await.map_err(|_| ended())?
    }

    /// Done when every change that was accepted has its outcome.
    pub(crate) async fn finished(&self) {
        self.under_way.ended().await;
    }

    /// Changes that wait in all lanes, and how many may.
    pub(crate) fn queue(&self) -> (usize, usize) {
        let max: usize = self.senders.iter().map(Sender::max_capacity).sum();
        let free: usize = self.senders.iter().map(Sender::capacity).sum();
        (max.saturating_sub(free), max)
    }

    fn lane_of(&self, partner: PartnerId) -> Option<&Sender<Box<dyn Waiting>>> {
        let lane = partner.ordinal() % self.senders.len().max(1);
        self.senders.get(lane)
    }
}

impl Drop for Lanes {
    /// Lets every lane finish what it has accepted.
    fn drop(&mut self) {
        self.senders.clear();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a lane has panicked");
            }
        }
    }
}

/// What the thread of a lane works with.
struct Lane {
    storage: Arc<dyn Storage>,
    remembered: Arc<RememberedConnections>,
    metrics: Arc<Metrics>,
    runtime: Handle,
    failed: FailedBatches,
}

impl Lane {
    fn run(mut self, mut receiver: Receiver<Box<dyn Waiting>>) {
        let mut batch: Vec<Box<dyn Waiting>> = Vec::new();
        while let Some(first) = receiver.blocking_recv() {
            batch.push(first);
            while batch.len() < BATCH_MAX
                && let Ok(next) = receiver.try_recv()
            {
                batch.push(next);
            }
            for part in self.parts(&mut batch) {
                self.write_and_deliver(part);
            }
        }
    }

    /// The batch, or several where it has changes of more partners than the database takes at once. Those of a partner stay
    /// together and in their order.
    fn parts(&self, batch: &mut Vec<Box<dyn Waiting>>) -> Vec<Vec<Box<dyn Waiting>>> {
        let max = self.storage.partners_per_batch_max().max(1);
        if batch.len() <= max {
            return vec![std::mem::take(batch)];
        }
        let mut places: HashMap<PartnerId, usize> = HashMap::new();
        let mut parts: Vec<Vec<Box<dyn Waiting>>> = Vec::new();
        for waiting in batch.drain(..) {
            let next = places.len() / max;
            let place = *places.entry(waiting.partner()).or_insert(next);
            if place == parts.len() {
                parts.push(Vec::new());
            }
            if let Some(part) = parts.get_mut(place) {
                part.push(waiting);
            }
        }
        parts
    }

    fn write_and_deliver(&mut self, mut batch: Vec<Box<dyn Waiting>>) {
        let written = self.write(&mut batch);
        if batch.len() > 1 && is_damage(&written) {
            self.write_one_by_one(batch.into_iter());
            return;
        }
        for waiting in batch {
            waiting.deliver(written.clone());
        }
    }

    /// What is damaged is in the way of those alone that need it, and of none that shared a batch with them.
    fn write_one_by_one(&mut self, batch: impl Iterator<Item = Box<dyn Waiting>>) {
        for waiting in batch {
            let mut alone = [waiting];
            let written = self.write(&mut alone);
            let [waiting] = alone;
            waiting.deliver(written);
        }
    }

    /// Writes the batch, and forgets what was remembered of the connections that it may have changed.
    fn write(&mut self, batch: &mut [Box<dyn Waiting>]) -> Result<(), WriteError> {
        let began = Instant::now();
        let entries_before = self.storage.figures().log_entries_written;
        let written = {
            let mut changes: Vec<&mut dyn Change> = batch
                .iter_mut()
                .map(|waiting| &mut **waiting as &mut dyn Change)
                .collect();
            self.runtime.block_on(self.storage.write(&mut changes))
        };
        let mut needs = Needs::default();
        for change in batch.iter() {
            change.needs(&mut needs);
        }
        self.remembered.forget(needs.connections);
        let took = began.elapsed();
        self.metrics.batch_written(batch.len(), took, &written);
        if took >= SLOW_BATCH {
            tracing::debug!(changes = batch.len(), ?took, "a batch was slow");
        }
        if let Err(error) = &written {
            self.failed.failed(error, batch.len());
        } else if self.failed.are_the_last()
            && self.storage.figures().log_entries_written != entries_before
        {
            self.failed.ended();
        }
        written
    }
}

/// Whether nothing was written because of something that is damaged.
fn is_damage(written: &Result<(), WriteError>) -> bool {
    matches!(
        written,
        Err(WriteError::NotWritten(StorageError::Damaged(_)))
    )
}
