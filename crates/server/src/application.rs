//! The parts put together: database, keys, use cases, routes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use api::{Api, App, Limits};
use domain::{Clock, Entropy};
use oauth::RootKey;
use service::{Service, Settings};
use storage::{Installation, RootKeyCheck, Storage, StorageError};
use storage_postgres::{Migrate, PostgresStorage};
use storage_sqlite::SqliteStorage;
use thiserror::Error;

use crate::config::DatabaseOptions;
use crate::root_key::{RootKeySource, RootKeySourceError};

/// What the process takes from its surroundings; a test brings its own.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// The parts cannot be put together.
#[derive(Debug, Error)]
pub enum StartError {
    /// The file cannot be opened.
    #[error(transparent)]
    Sqlite(#[from] storage_sqlite::OpenError),
    /// The database on the server cannot be used.
    #[error(transparent)]
    Postgres(#[from] storage_postgres::OpenError),
    /// The database cannot be asked.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The file has nothing in it, and once had something.
    #[error(
        "the database {database} is empty, and there is a root key in {key}: the file was cut off, or another is meant. \
         Put the newest backup in its place with kobling restore --force; to begin anew with this key, remove the empty file"
    )]
    Emptied {
        /// The database.
        database: PathBuf,
        /// The file with the key.
        key: PathBuf,
    },
    /// There is no root key.
    #[error(transparent)]
    RootKey(#[from] RootKeySourceError),
    /// The root key is another one than the database was set up with.
    #[error(
        "this is not the root key that the database was set up with; its secrets cannot be read with it. \
         Give the right one with --root-key-file or KOBLING_ROOT_KEY"
    )]
    WrongRootKey,
    /// Two operations have paths that cannot be told apart.
    #[error("the operations cannot be told apart by their paths: {0}")]
    Routes(String),
    /// A thread cannot be started.
    #[error("a thread cannot be started: {0}")]
    Thread(#[from] std::io::Error),
}

impl Surroundings {
    /// The machine's own.
    #[must_use]
    pub fn of_the_machine() -> Self {
        Self {
            clock: Arc::new(domain::SystemClock),
            entropy: Arc::new(oauth::SystemEntropy),
        }
    }
}

/// Opens the database and starts the use cases over it. To be called inside a Tokio runtime.
///
/// # Errors
/// The database or its key cannot be used.
pub async fn start(
    options: &DatabaseOptions,
    migrate: Migrate,
    root_key: &RootKeySource,
    settings: Settings,
    surroundings: &Surroundings,
) -> Result<Arc<Service>, StartError> {
    let (clock, entropy) = (
        Arc::clone(&surroundings.clock),
        Arc::clone(&surroundings.entropy),
    );
    let storage = open(options, migrate, root_key, surroundings).await?;
    let root_key = unlock(storage.as_ref(), root_key, surroundings).await?;
    Ok(Arc::new(Service::start(
        storage, root_key, clock, entropy, settings,
    )?))
}

/// Opens the database. An older schema of a file is always brought up to date.
async fn open(
    options: &DatabaseOptions,
    migrate: Migrate,
    root_key: &RootKeySource,
    surroundings: &Surroundings,
) -> Result<Arc<dyn Storage>, StartError> {
    let (clock, entropy) = (
        Arc::clone(&surroundings.clock),
        Arc::clone(&surroundings.entropy),
    );
    match options {
        DatabaseOptions::Sqlite(options) => {
            refuse_emptied(&options.path, root_key)?;
            Ok(Arc::new(SqliteStorage::open(options, clock, entropy)?))
        }
        DatabaseOptions::Postgres(options) => {
            // Before the database is set up without anybody having its key.
            if matches!(root_key, RootKeySource::NotGiven) {
                return Err(RootKeySourceError::NotGiven.into());
            }
            let opened = PostgresStorage::open(options, migrate, clock, entropy).await?;
            Ok(Arc::new(opened))
        }
    }
}

/// The key is made after the first tables are: where there is one, an empty file was not always empty.
fn refuse_emptied(database: &Path, root_key: &RootKeySource) -> Result<(), StartError> {
    let is_empty = std::fs::metadata(database).is_ok_and(|file| file.len() == 0);
    match root_key.file() {
        Some(key) if is_empty && key.exists() => Err(StartError::Emptied {
            database: database.to_owned(),
            key: key.to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Reads the root key and makes sure that it is the database's.
async fn unlock(
    storage: &dyn Storage,
    source: &RootKeySource,
    surroundings: &Surroundings,
) -> Result<RootKey, StartError> {
    let is_set_up = storage.find_installation().await?.is_some();
    let key = source.read(is_set_up, surroundings.entropy.as_ref())?;
    let root_key_check = RootKeyCheck(key.check_value());
    let created_at = surroundings.clock.now();
    let stands = storage
        .set_up(Installation {
            root_key_check,
            created_at,
        })
        .await?;
    if stands.root_key_check == root_key_check {
        Ok(key)
    } else {
        Err(StartError::WrongRootKey)
    }
}

/// The HTTP side of the use cases.
///
/// # Errors
/// Two operations have paths that cannot be told apart.
pub fn routes(service: Arc<Service>, limits: Limits) -> Result<Api, StartError> {
    let app = App { service, limits };
    api::service(app).map_err(|error| StartError::Routes(error.to_string()))
}
