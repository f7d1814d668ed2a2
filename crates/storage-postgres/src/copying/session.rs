//! A session for whoever blocks: with a runtime of its own, which moves the messages meanwhile.

use storage::StorageError;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::Row;

use crate::columns::column;
use crate::connect::Connector;
use crate::error::Result;
use crate::migrations::{SCHEMA_VERSION, Schema};
use crate::open::{OpenError, check_server};
use crate::session::{Session, Value};

/// Which database of which cluster. A standby has the name of its primary.
const IDENTITY: &str = "
    SELECT (pg_control_system()).system_identifier::text || ' ' || oid::text
    FROM pg_database WHERE datname = current_database()";

/// Without limits to its statements, since a whole table is one; in the order of the keys by the keys, since whole tables
/// would be sorted on the disk.
const SETTINGS: &str = "
    SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
    SET enable_seqscan = off;
    SET enable_bitmapscan = off;
    SET enable_sort = off;";

#[derive(Debug)]
pub(super) struct BlockingSession {
    pub(super) runtime: Runtime,
    pub(super) session: Session,
}

impl BlockingSession {
    /// A session of a connector, on a runtime that has none yet.
    pub(super) fn open(connector: &Connector) -> std::result::Result<Self, OpenError> {
        let runtime = runtime()?;
        let session = runtime.block_on(async {
            let session = connector.connect().await?;
            check_server(connector, &session).await?;
            session.commands(SETTINGS).await?;
            Ok::<_, OpenError>(session)
        })?;
        Ok(Self { runtime, session })
    }

    /// Makes sure that the schema is the one whose columns are copied, no other.
    pub(super) fn check_schema(&self) -> std::result::Result<(), OpenError> {
        let found = self.runtime.block_on(Schema::read(&self.session))?;
        if found.version == 0 {
            return Err(OpenError::Empty);
        }
        found.check()?;
        if found.version == SCHEMA_VERSION {
            return Ok(());
        }
        Err(OpenError::FromTheFuture {
            found: found.version,
            known: SCHEMA_VERSION,
        })
    }

    pub(super) fn identity(&self) -> Result<String> {
        let found = self.one(IDENTITY, &[])?;
        let name = found.map(|row| column::<String>(&row, 0)).transpose()?;
        Ok(format!("postgres {}", name.unwrap_or_default()))
    }

    pub(super) fn one(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Option<Row>> {
        self.runtime.block_on(self.session.one(sql, values))
    }

    pub(super) fn execute(&self, sql: &'static str, values: &[Value<'_>]) -> Result<usize> {
        self.runtime.block_on(self.session.execute(sql, values))
    }

    pub(super) fn commands(&self, sql: &str) -> Result<()> {
        self.runtime.block_on(self.session.commands(sql))
    }
}

/// One thread beside the one that waits.
fn runtime() -> Result<Runtime> {
    let built = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build();
    built.map_err(|error| StorageError::Unavailable(format!("a thread cannot be started: {error}")))
}
