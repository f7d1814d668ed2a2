//! What every engine changes, beside the questions that it answers.
//!
//! There is one way to write; a new kind of change adds nothing here.

use std::time::Duration;

use async_trait::async_trait;
use domain::{Change, Timestamp};
use uuid::Uuid;

use crate::error::{StorageError, WriteError};
use crate::figures::StorageFigures;
use crate::installation::Installation;
use crate::reader::Reader;

/// A database that keeps everything.
#[async_trait]
pub trait Storage: Reader {
    /// Makes all changes in one durable transaction. Afterwards each change holds its outcome; a refused one has left
    /// no trace and has not touched its neighbours.
    ///
    /// An engine may block the calling thread: whoever calls gives it one.
    ///
    /// # Errors
    /// Nothing was written, or it is not known whether all of it was. Changes of more than
    /// [`partners_per_batch_max`](Self::partners_per_batch_max) partners are not written.
    async fn write(&self, changes: &mut [&mut dyn Change]) -> Result<(), WriteError>;

    /// Of how many partners the changes of one [`write`](Self::write) may be, 1 or more. A matter of the database: where
    /// partners are spread over several servers, a transaction over several partners would need all of those servers.
    fn partners_per_batch_max(&self) -> usize;

    /// Makes sure that a change can be made durable at present: by the last commit where that is a matter of seconds, and
    /// else by making something durable that changes nothing.
    ///
    /// An engine may block the calling thread: whoever calls gives it one.
    async fn check_writes(&self) -> Result<(), StorageError>;

    /// A number that moves soon after something was committed to the database, but not by this value: within a tenth of
    /// a second when it is asked for that often. `None` where the engine cannot tell cheaply; then nothing that was read
    /// may be remembered on the strength of it.
    fn changes_of_others(&self) -> Option<u64>;

    /// Sets the database up; does nothing when it is already, and answers what stands.
    async fn set_up(&self, installation: Installation) -> Result<Installation, StorageError>;

    /// Forgets answers kept under idempotency keys from before a moment, some at a time; answers how many it forgot.
    async fn forget_answers(&self, before: Timestamp, limit: usize) -> Result<usize, StorageError>;

    /// Takes or keeps a lease, which is the right to do some work for all partners: answers `true` when the holder has it
    /// from now for that long, and `false` while it is somebody else's. One of the few statements over all partners.
    ///
    /// The time is the database's own where it has one, and else that of the clock which the engine was given. Whoever
    /// asks for a name asks for the same length: a lease that would end later than the one asked for is cut to that, so
    /// that a clock which was ahead for a while, and then a dead holder, keep nobody out for longer.
    ///
    /// The holder must ask again before the time is over. Somebody who was stopped for longer learns that it was lost only
    /// by asking, so the work itself must bear being begun twice.
    ///
    /// An engine may block the calling thread: whoever calls gives it one.
    async fn take_lease(
        &self,
        name: &str,
        holder: Uuid,
        lasting: Duration,
    ) -> Result<bool, StorageError>;

    /// Ends a lease before its time, so that others need not wait. Does nothing where it is not the holder's.
    ///
    /// An engine may block the calling thread: whoever calls gives it one.
    async fn give_up_lease(&self, name: &str, holder: Uuid) -> Result<(), StorageError>;

    /// What the engine says of itself. Answers at once, without asking the database.
    fn figures(&self) -> StorageFigures;
}
