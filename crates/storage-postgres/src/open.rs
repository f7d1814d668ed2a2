//! Opening a database: for everything, or for reading alone.

use std::sync::Arc;

use domain::{Clock, Entropy};
use storage::{Durability, StorageError};
use thiserror::Error;

use crate::columns::{column, damaged};
use crate::connect::Connector;
use crate::figures::Figures;
use crate::installation;
use crate::migrations::{self, SCHEMA_VERSION, Schema};
use crate::options::PostgresOptions;
use crate::pooling::refuse_transaction_pooling;
use crate::readers::Readers;
use crate::reading::Postgres;
use crate::session::Session;
use crate::tls::TlsError;
use crate::wake_ups::{Listener, Teller};
use crate::writer::Writing;
use crate::writers::Writers;

/// The oldest server that is supported, as `server_version_num` says it.
const SERVER_MIN: i32 = 150_000;

const SERVER: &str =
    "SELECT current_setting('server_version_num')::integer, current_setting('server_encoding')";

/// A database on a PostgreSQL server.
pub type PostgresStorage = Postgres<Writing>;

/// A database on a PostgreSQL server that is read and never written.
pub type ReadOnlyPostgres = Postgres<NoWriting>;

/// Stands where nothing writes.
#[derive(Debug)]
pub struct NoWriting;

/// Whether an older schema may be brought up to date. An empty database always is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migrate {
    /// It is refused.
    No,
    /// It is.
    Yes,
}

/// The database cannot be used.
#[derive(Debug, Error)]
pub enum OpenError {
    /// It cannot be asked.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The server is too old.
    #[error("the server is PostgreSQL {0}, and Kobling needs 15 or later")]
    Server(i32),
    /// The database keeps texts in another encoding.
    #[error(
        "the database has the encoding {0}, and Kobling needs UTF8: CREATE DATABASE kobling ENCODING 'UTF8' TEMPLATE template0"
    )]
    Encoding(String),
    /// What answers is a pooler that shares connections between transactions.
    #[error(
        "a pooler in front of the database gives each transaction another connection, and what Kobling sets and prepares is \
         lost; use session pooling (pool_mode = session in PgBouncer) for this database, or its own address without the pooler"
    )]
    TransactionPooling,
    /// It is older than this version.
    #[error(
        "the database has schema {found}, and this version of Kobling works with schema {known}; kobling migrate, or \
         kobling serve --migrate, brings it up to date while the nodes of the version before go on"
    )]
    Older {
        /// Its schema.
        found: usize,
        /// The schema of this version.
        known: usize,
    },
    /// It is newer than this version can work with.
    #[error(
        "the database has schema {found}, which this version of Kobling, made for schema {known}, does not work with; \
         use the version that migrated it"
    )]
    FromTheFuture {
        /// Its schema.
        found: usize,
        /// The schema of this version.
        known: usize,
    },
    /// Another program has tables of the same names.
    #[error(
        "the database has a table log_entries of another program; give Kobling a database of its own"
    )]
    ForeignTables,
    /// Nothing was ever stored in it.
    #[error("the database has no tables of Kobling; kobling serve and kobling migrate make them")]
    Empty,
}

impl PostgresStorage {
    /// Opens the database, and makes its tables where it is empty.
    ///
    /// # Errors
    /// The database cannot be used, or is of another schema.
    pub async fn open(
        options: &PostgresOptions,
        migrate: Migrate,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, OpenError> {
        let connector = Connector::new(options)?;
        let session = connector.connect().await?;
        check_server(&connector, &session).await?;
        let found = Schema::read(&session).await?;
        if found.version == 0 || migrate == Migrate::Yes {
            migrations::migrate(&connector, SCHEMA_VERSION).await?;
        }
        Schema::read(&session).await?.check()?;
        // Half a copy is neither served nor set up as something new.
        installation::find(&session).await?;
        let connector = connector.serving();
        let wakes = connector.counting();
        let writing = Writing {
            partners_per_batch_max: if session.is_spread() {
                1
            } else {
                options.partners_per_batch_max.max(1)
            },
            writers: Writers::new(connector.counting()),
            clock,
            entropy,
            figures: Figures::default(),
            durability: Durability::new(),
            teller: Teller::new(wakes.clone()),
        };
        Ok(Self {
            listener: Listener::new(wakes),
            readers: Readers::new(connector.counting()),
            writing,
        })
    }
}

impl ReadOnlyPostgres {
    /// Opens a database that is there.
    ///
    /// # Errors
    /// The database cannot be used, is empty, or is of another schema.
    pub async fn open(options: &PostgresOptions) -> Result<Self, OpenError> {
        let connector = Connector::new(options)?;
        let session = connector.connect().await?;
        check_server(&connector, &session).await?;
        let found = Schema::read(&session).await?;
        if found.version == 0 {
            return Err(OpenError::Empty);
        }
        found.check()?;
        installation::find(&session).await?;
        Ok(Self {
            listener: Listener::new(connector.clone()),
            readers: Readers::new(connector),
            writing: NoWriting,
        })
    }
}

/// Brings a database to the schema of this version; answers from which schema to which.
///
/// # Errors
/// The database cannot be used, or is newer.
pub async fn migrate(options: &PostgresOptions) -> Result<(usize, usize), OpenError> {
    let connector = Connector::new(options)?;
    let session = connector.connect().await?;
    check_server(&connector, &session).await?;
    let found = Schema::read(&session).await?;
    migrations::migrate(&connector, SCHEMA_VERSION).await?;
    let stands = Schema::read(&session).await?;
    stands.check()?;
    Ok((found.version, stands.version))
}

/// Whether it is a server that Kobling works with, and a session with it is one.
pub(crate) async fn check_server(
    connector: &Connector,
    session: &Session,
) -> Result<(), OpenError> {
    refuse_transaction_pooling(connector, session).await?;
    let found = session.one(SERVER, &[]).await?;
    let row = found.ok_or_else(|| damaged("setting of the server"))?;
    let version: i32 = column(&row, 0)?;
    if version < SERVER_MIN {
        return Err(OpenError::Server(version / 10_000));
    }
    let encoding: &str = column(&row, 1)?;
    if encoding != "UTF8" {
        return Err(OpenError::Encoding(encoding.to_owned()));
    }
    Ok(())
}
