//! The one way to write: a change names the rows it needs and decides, alone or among a thousand others.

use std::fmt;

use crate::ids::PartnerId;
use crate::log::{Draft, LogEntry};
use crate::time::Timestamp;
use crate::view::{Needs, View};

/// A rule: what a caller wants, and what follows from it.
///
/// `decide` is pure. It sees the rows as earlier changes of the same batch left them, and may be run again when a
/// transaction has to be repeated.
pub trait Decide: Send + fmt::Debug {
    /// What the caller is told when it was done.
    type Done: Send + fmt::Debug;
    /// Why it was not done.
    type Refused: Send + fmt::Debug;

    /// The partner whose log the change goes to.
    fn partner(&self) -> PartnerId;

    /// Adds the rows that `decide` looks at; the partner's stream row is always there.
    fn needs(&self, needs: &mut Needs);

    /// Decides at a moment which is never before that of the partner's last entry.
    ///
    /// # Errors
    /// A refusal; it leaves no trace.
    fn decide(&self, view: &View, at: Timestamp) -> Result<Decided<Self::Done>, Self::Refused>;
}

/// A decision in favour of a change.
#[derive(Debug)]
pub struct Decided<Done> {
    /// What the caller is told.
    pub done: Done,
    /// What goes into the log, in order; nothing when the change had been made before.
    pub drafts: Vec<Draft>,
}

/// A [`Decide`] whose types are hidden, so that changes of all kinds share a batch.
pub trait Change: Send + fmt::Debug {
    /// See [`Decide::partner`].
    fn partner(&self) -> PartnerId;

    /// See [`Decide::needs`].
    fn needs(&self, needs: &mut Needs);

    /// Decides and keeps the outcome; answers what goes into the log, nothing when refused.
    fn decide(&mut self, view: &View, at: Timestamp) -> Vec<Draft>;
}

/// A change together with its outcome, once decided.
#[derive(Debug)]
pub struct Proposal<D: Decide> {
    wish: D,
    outcome: Option<Result<D::Done, D::Refused>>,
}

impl<D: Decide> Proposal<D> {
    /// Proposes a change.
    pub fn new(wish: D) -> Self {
        Self {
            wish,
            outcome: None,
        }
    }

    /// The outcome of the last decision; it is true only once the batch is committed.
    pub fn into_outcome(self) -> Option<Result<D::Done, D::Refused>> {
        self.outcome
    }
}

impl<D: Decide> Change for Proposal<D> {
    fn partner(&self) -> PartnerId {
        self.wish.partner()
    }

    fn needs(&self, needs: &mut Needs) {
        self.wish.needs(needs);
    }

    fn decide(&mut self, view: &View, at: Timestamp) -> Vec<Draft> {
        match self.wish.decide(view, at) {
            Ok(decided) => {
                self.outcome = Some(Ok(decided.done));
                decided.drafts
            }
            Err(refused) => {
                self.outcome = Some(Err(refused));
                Vec::new()
            }
        }
    }
}

/// Runs every change in order over the rows, each seeing what the earlier ones did, and answers the entries for the
/// log. The rows that changed are marked in the view, each in its final state.
pub fn decide_all(
    view: &mut View,
    changes: &mut [&mut dyn Change],
    now: Timestamp,
) -> Vec<LogEntry> {
    let mut entries = Vec::with_capacity(changes.len());
    for change in changes {
        let partner = change.partner();
        let at = view.moment(partner, now);
        for draft in change.decide(view, at) {
            entries.push(view.append(partner, draft, at));
        }
    }
    entries
}
