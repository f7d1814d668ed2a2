//! Bringing a database to the newest schema. A migration that has landed is never edited.
//!
//! Several nodes of different versions may run on one database while they are replaced one by one. So a migration only
//! adds, and each says which versions still work after it.

use std::time::Duration;

use crate::columns::column;
use crate::connect::Connector;
use crate::error::Result;
use crate::open::OpenError;
use crate::session::Session;

/// A step from one schema to the next.
#[derive(Debug)]
struct Migration {
    name: &'static str,
    sql: &'static str,
    /// The oldest schema whose programs work on the schema after this step.
    works_with: usize,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_initial",
        sql: include_str!("../migrations/0001_initial.sql"),
        works_with: 1,
    },
    Migration {
        name: "0002_leases",
        sql: include_str!("../migrations/0002_leases.sql"),
        works_with: 1,
    },
];

/// The schema that this version of Kobling works with: the number of its migrations.
pub const SCHEMA_VERSION: usize = MIGRATIONS.len();

/// The key of the lock that those who migrate take: "kobling" in ASCII.
const LOCK: i64 = 0x6b_6f62_6c69_6e67;

/// How long another one who migrates is waited for.
const OTHERS: Duration = Duration::from_secs(60);

/// How long a table is waited for that others use. They wait behind it, so it is short.
const TABLES: Duration = Duration::from_secs(3);

const TABLE: &str = "
    CREATE TABLE kobling_migrations (
        version integer PRIMARY KEY,
        name text NOT NULL,
        works_with integer NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )";

const HAS_TABLE: &str =
    "SELECT to_regclass('kobling_migrations') IS NOT NULL, to_regclass('log_entries') IS NOT NULL";

const FIND: &str =
    "SELECT coalesce(max(version), 0), coalesce(max(works_with), 0) FROM kobling_migrations";

const INSERT: &str =
    "INSERT INTO kobling_migrations (version, name, works_with) VALUES ($1, $2, $3)";

/// A name for these very migrations, so that a database made by others is not taken for one of these.
#[cfg(feature = "testing")]
pub(crate) fn fingerprint() -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    for migration in MIGRATIONS {
        migration.sql.hash(&mut hasher);
    }
    format!("{}_{:x}", SCHEMA_VERSION, hasher.finish())
}

/// What a database has been brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Schema {
    /// The number of its last migration; 0 for an empty database.
    pub(crate) version: usize,
    /// The oldest schema whose programs work on it.
    works_with: usize,
}

impl Schema {
    pub(crate) async fn read(session: &Session) -> std::result::Result<Self, OpenError> {
        let found = session.one(HAS_TABLE, &[]).await?;
        let (is_ours, is_taken) = match found {
            Some(row) => (column::<bool>(&row, 0)?, column::<bool>(&row, 1)?),
            None => (false, false),
        };
        if !is_ours && is_taken {
            return Err(OpenError::ForeignTables);
        }
        if !is_ours {
            return Ok(Self {
                version: 0,
                works_with: 0,
            });
        }
        let found = session.one(FIND, &[]).await?;
        let number = |index: usize| -> Result<usize> {
            let value = found.as_ref().map(|row| column::<i32>(row, index));
            Ok(usize::try_from(value.transpose()?.unwrap_or(0)).unwrap_or(usize::MAX))
        };
        Ok(Self {
            version: number(0)?,
            works_with: number(1)?,
        })
    }

    /// Whether this version of Kobling works on it.
    ///
    /// # Errors
    /// It is older, or newer by more than this version understands.
    pub(crate) fn check(self) -> std::result::Result<(), OpenError> {
        if self.version < SCHEMA_VERSION {
            return Err(OpenError::Older {
                found: self.version,
                known: SCHEMA_VERSION,
            });
        }
        if self.works_with > SCHEMA_VERSION {
            return Err(OpenError::FromTheFuture {
                found: self.version,
                known: SCHEMA_VERSION,
            });
        }
        Ok(())
    }
}

/// Runs the migrations that the database has not seen, up to one of them, each in a transaction of its own. An empty one
/// gets all of them in one: whoever comes meanwhile finds it empty, or whole.
pub(crate) async fn migrate(
    connector: &Connector,
    until: usize,
) -> std::result::Result<(), OpenError> {
    let session = connector.connect().await?;
    session
        .commands("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        .await?;
    set_up(&session, until).await?;
    for (index, migration) in MIGRATIONS.iter().enumerate().take(until) {
        step(&session, index + 1, migration).await?;
    }
    Ok(())
}

async fn set_up(session: &Session, until: usize) -> std::result::Result<(), OpenError> {
    begin(session).await?;
    if Schema::read(session).await?.version > 0 {
        return Ok(session.commands("ROLLBACK").await?);
    }
    session.commands(TABLE).await?;
    for (index, migration) in MIGRATIONS.iter().enumerate().take(until) {
        run(session, index + 1, migration).await?;
    }
    Ok(session.commands("COMMIT").await?)
}

/// Begins the transaction of whoever migrates, one after the other.
async fn begin(session: &Session) -> Result<()> {
    let (others, tables) = (OTHERS.as_millis(), TABLES.as_millis());
    let begin = format!(
        "BEGIN; SET LOCAL lock_timeout = {others}; SELECT pg_advisory_xact_lock({LOCK}); SET LOCAL lock_timeout = {tables}"
    );
    session.commands(&begin).await
}

async fn step(
    session: &Session,
    version: usize,
    migration: &Migration,
) -> std::result::Result<(), OpenError> {
    begin(session).await?;
    let found = Schema::read(session).await?;
    if found.version >= version {
        return Ok(session.commands("ROLLBACK").await?);
    }
    run(session, version, migration).await?;
    Ok(session.commands("COMMIT").await?)
}

async fn run(session: &Session, version: usize, migration: &Migration) -> Result<()> {
    session.commands(migration.sql).await?;
    let number = |value: usize| i32::try_from(value).unwrap_or(i32::MAX);
    let (version, works_with) = (number(version), number(migration.works_with));
    session
        .execute(INSERT, &[&version, &migration.name, &works_with])
        .await?;
    tracing::info!(migration = migration.name, "the database was migrated");
    Ok(())
}
