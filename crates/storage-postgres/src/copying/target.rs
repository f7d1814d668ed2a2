//! A database that is copied to. No node may run on it meanwhile.

use domain::PartnerId;
use storage::copying::{CopiedTable, Found, Row, Source, StoredCheck, Target, marked};
use storage::{Installation, StorageError};
use thiserror::Error;

use super::rows;
use super::session::BlockingSession;
use super::source::PostgresSource;
use crate::columns::{millis, unsigned};
use crate::connect::Connector;
use crate::copy_lock::{self, ServingSessions, Taken};
use crate::error::Result;
use crate::installation;
use crate::migrations::{self, SCHEMA_VERSION, Schema};
use crate::open::OpenError;
use crate::options::PostgresOptions;

const LAST_SEQ: &str = "SELECT coalesce(max(seq), 0) FROM log_entries WHERE partner = $1";

const BEGIN: &str = "
    INSERT INTO installation (id, root_key_check, created_at) VALUES (1, $1, $2)
    ON CONFLICT (id) DO UPDATE SET root_key_check = excluded.root_key_check, created_at = excluded.created_at
        WHERE substring(installation.root_key_check FROM 1 FOR 32) = $3";

const FINISH: &str = "UPDATE installation SET root_key_check = $1 WHERE id = 1";

/// So that the server knows its tables before the first question.
const ANALYZE: &str = "ANALYZE log_entries, accounts, account_documents, connections, answers, clients, grants, streams";

/// A database cannot be copied to.
#[derive(Debug, Error)]
pub enum TargetError {
    /// It cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Another copy is under way.
    #[error("another kobling copy writes into this database; wait for it, or end it")]
    Held,
    /// Nodes serve from it.
    #[error(
        "nodes serve from this database, and none may while a copy is written into it: {0}. Stop them and run this again; \
         where a node is gone and its session is not, SELECT pg_terminate_backend(PID) ends it"
    )]
    Served(ServingSessions),
}

/// A database, held against other copies and against nodes for as long as this lives.
#[derive(Debug)]
pub struct PostgresTarget {
    side: PostgresSource,
    in_transaction: bool,
}

impl PostgresTarget {
    /// Opens the database, and makes its tables where it is empty. To be called outside of any runtime.
    ///
    /// # Errors
    /// It cannot be used, is of another schema, is served from, or another copy is under way.
    pub fn open(options: &PostgresOptions) -> std::result::Result<Self, TargetError> {
        let connector = Connector::new(options).map_err(OpenError::from)?;
        let to = BlockingSession::open(&connector)?;
        let found = to.runtime.block_on(Schema::read(&to.session))?;
        if found.version == 0 {
            let migrating = migrations::migrate(&connector, SCHEMA_VERSION);
            to.runtime.block_on(migrating)?;
        }
        to.check_schema()?;
        let taken = to.runtime.block_on(copy_lock::take(&to.session));
        match taken.map_err(OpenError::from)? {
            Taken::Alone => Ok(Self {
                side: PostgresSource { to },
                in_transaction: false,
            }),
            Taken::ByAnother => Err(TargetError::Held),
            Taken::Served(sessions) => Err(TargetError::Served(sessions)),
        }
    }

    fn begin_transaction(&mut self) -> Result<()> {
        if !self.in_transaction {
            self.side.to.commands("BEGIN")?;
            self.in_transaction = true;
        }
        Ok(())
    }
}

impl Target for PostgresTarget {
    fn side(&mut self) -> &mut dyn Source {
        &mut self.side
    }

    fn found(&mut self) -> Result<Found> {
        let check = installation::find_check(&self.side.to.session);
        if let Some(stored) = self.side.to.runtime.block_on(check)? {
            return Ok(match stored {
                StoredCheck::Whole(check) => Found::Whole(check),
                StoredCheck::Unfinished(check) => Found::Unfinished(check),
            });
        }
        for table in CopiedTable::ALL {
            if self.side.count(table)? > 0 {
                return Ok(Found::Strangers);
            }
        }
        Ok(Found::Empty)
    }

    fn last_seq(&mut self, partner: PartnerId) -> Result<u64> {
        let name = partner.to_string();
        let found = self.side.to.one(LAST_SEQ, &[&name])?;
        found.map_or(Ok(0), |row| unsigned(&row, 0))
    }

    fn begin(&mut self, of: &Installation) -> Result<bool> {
        let (marked, created_at) = (marked(&of.root_key_check), millis(of.created_at));
        let check = of.root_key_check.0.as_slice();
        let written = self
            .side
            .to
            .execute(BEGIN, &[&marked, &created_at, &check])?;
        Ok(written == 1)
    }

    fn clear(&mut self, partner: PartnerId, table: CopiedTable) -> Result<()> {
        self.begin_transaction()?;
        let cleared = rows::delete(&self.side.to.session, partner, table);
        self.side.to.runtime.block_on(cleared)
    }

    fn write(&mut self, partner: PartnerId, table: CopiedTable, rows: &[Row]) -> Result<()> {
        self.begin_transaction()?;
        let written = rows::insert(&self.side.to.session, partner, table, rows);
        self.side.to.runtime.block_on(written)
    }

    fn commit(&mut self) -> Result<()> {
        if self.in_transaction {
            self.side.to.commands("COMMIT")?;
            self.in_transaction = false;
        }
        Ok(())
    }

    fn finish(&mut self, of: &Installation) -> Result<()> {
        self.commit()?;
        let check = of.root_key_check.0.as_slice();
        if self.side.to.execute(FINISH, &[&check])? != 1 {
            let why = "the row of the installation is gone";
            return Err(StorageError::Damaged(why.to_owned()));
        }
        self.side.to.commands(ANALYZE)
    }
}
