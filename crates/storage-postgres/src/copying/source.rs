//! A database that is copied from: one transaction that sees one state.

use domain::PartnerId;
use storage::Installation;
use storage::copying::{CopiedTable, CopyError, Source, TakeRows};

use super::rows;
use super::session::BlockingSession;
use crate::connect::Connector;
use crate::error::Result;
use crate::open::OpenError;
use crate::options::PostgresOptions;
use crate::{installation, log_entries};

/// Where tables are spread over several servers, there is no snapshot of all of them: nobody may write meanwhile. Every batch
/// writes to the first table, and the background to the second.
const HOLD: &str = "LOCK TABLE streams, answers IN SHARE MODE";

/// A database as it was when this was opened, whoever writes to it since; with Citus, nobody does. The server keeps the old
/// rows until this is dropped. A standby will do as well as a primary.
#[derive(Debug)]
pub struct PostgresSource {
    pub(super) to: BlockingSession,
}

impl PostgresSource {
    /// Opens a database that is there. To be called outside of any runtime.
    ///
    /// # Errors
    /// It cannot be used, is empty, or is of another schema.
    pub fn open(options: &PostgresOptions) -> std::result::Result<Self, OpenError> {
        let to = BlockingSession::open(&Connector::new(options)?)?;
        to.commands("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        if to.session.is_spread() {
            to.commands(HOLD)?;
        }
        to.check_schema()?;
        Ok(Self { to })
    }
}

impl Source for PostgresSource {
    fn identity(&mut self) -> Result<String> {
        self.to.identity()
    }

    fn installation(&mut self) -> Result<Option<Installation>> {
        let found = installation::find(&self.to.session);
        self.to.runtime.block_on(found)
    }

    fn partners(&mut self) -> Result<Vec<(PartnerId, u64)>> {
        self.to.runtime.block_on(rows::partners(&self.to.session))
    }

    fn count(&mut self, table: CopiedTable) -> Result<u64> {
        self.to
            .runtime
            .block_on(rows::count(&self.to.session, table))
    }

    fn content_hash(&mut self, partner: PartnerId, seq: u64) -> Result<Option<[u8; 32]>> {
        let found = log_entries::find_hash(&self.to.session, partner, seq);
        self.to.runtime.block_on(found)
    }

    fn rows(
        &mut self,
        partner: PartnerId,
        table: CopiedTable,
        after: u64,
        take: &mut TakeRows<'_>,
    ) -> std::result::Result<(), CopyError> {
        let reading = rows::select(&self.to.session, partner, table, after, take);
        self.to.runtime.block_on(reading)
    }
}
