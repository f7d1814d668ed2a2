//! What an engine does to be copied from, and to be copied to.

use domain::PartnerId;

use super::{CopiedTable, CopyError, Row};
use crate::error::StorageError;
use crate::{Installation, RootKeyCheck};

/// Takes the next rows of a table.
pub type TakeRows<'a> = dyn FnMut(Vec<Row>) -> Result<(), CopyError> + 'a;

/// A database that is read as it was at one moment.
pub trait Source: Send {
    /// Which database this is, the same for everybody who has it open under whatever name.
    ///
    /// # Errors
    /// It cannot be asked.
    fn identity(&mut self) -> Result<String, StorageError>;

    /// Whose database it is; nothing where it was never set up.
    ///
    /// # Errors
    /// It cannot be asked, or is marked as an unfinished copy.
    fn installation(&mut self) -> Result<Option<Installation>, StorageError>;

    /// The partners in order, each with the `seq` of its last entry as its stream row has it.
    ///
    /// # Errors
    /// It cannot be asked.
    fn partners(&mut self) -> Result<Vec<(PartnerId, u64)>, StorageError>;

    /// Rows of a table, those of all partners together.
    ///
    /// # Errors
    /// It cannot be asked.
    fn count(&mut self, table: CopiedTable) -> Result<u64, StorageError>;

    /// The content hash of one entry.
    ///
    /// # Errors
    /// It cannot be asked.
    fn content_hash(
        &mut self,
        partner: PartnerId,
        seq: u64,
    ) -> Result<Option<[u8; 32]>, StorageError>;

    /// Hands on a partner's rows of a table in the order of their key; of the log those with a higher `seq` than `after`,
    /// which means nothing to other tables.
    ///
    /// # Errors
    /// It cannot be asked; those of `take`.
    fn rows(
        &mut self,
        partner: PartnerId,
        table: CopiedTable,
        after: u64,
        take: &mut TakeRows<'_>,
    ) -> Result<(), CopyError>;
}

/// What a database holds before a copy is written into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Empty,
    /// Rows, and nothing that says whose they are.
    Strangers,
    /// An unfinished copy of the database with this check value.
    Unfinished(RootKeyCheck),
    /// A database that was set up, or a finished copy.
    Whole(RootKeyCheck),
}

/// A database that a copy is written into. What is written becomes visible and durable with `commit`, in order.
pub trait Target {
    /// The same database as one that is read.
    fn side(&mut self) -> &mut dyn Source;

    /// What it holds.
    ///
    /// # Errors
    /// It cannot be asked.
    fn found(&mut self) -> Result<Found, StorageError>;

    /// The `seq` of a partner's last entry that is there, with a stream row or without one; 0 where there is none.
    ///
    /// # Errors
    /// It cannot be asked.
    fn last_seq(&mut self, partner: PartnerId) -> Result<u64, StorageError>;

    /// Marks it as a copy that is not finished, at once and durably; answers whether that could be done. It cannot where
    /// somebody has set the database up with another key.
    ///
    /// # Errors
    /// It cannot be written.
    fn begin(&mut self, of: &Installation) -> Result<bool, StorageError>;

    /// Removes a partner's rows of a table.
    ///
    /// # Errors
    /// It cannot be written.
    fn clear(&mut self, partner: PartnerId, table: CopiedTable) -> Result<(), StorageError>;

    /// Adds rows of a partner.
    ///
    /// # Errors
    /// It cannot be written.
    fn write(
        &mut self,
        partner: PartnerId,
        table: CopiedTable,
        rows: &[Row],
    ) -> Result<(), StorageError>;

    /// Makes durable what was written since the last time.
    ///
    /// # Errors
    /// It cannot be written.
    fn commit(&mut self) -> Result<(), StorageError>;

    /// Takes the mark away, at once and durably.
    ///
    /// # Errors
    /// It cannot be written.
    fn finish(&mut self, of: &Installation) -> Result<(), StorageError>;
}
