//! Bringing a file to the newest schema. A migration that has landed is never edited.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::connect::{OpenError, cannot_open};
use crate::older_schema;

const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("../migrations/0001_initial.sql")),
    M::up(include_str!("../migrations/0002_leases.sql")),
];

/// The schema that this version of Kobling works with: the number of its migrations.
pub const SCHEMA_VERSION: usize = MIGRATIONS.len();

/// Runs the migrations that the file has not seen. One of an older schema is copied aside first.
pub(crate) fn migrate(db: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let found: usize = db
        .pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))
        .map(|version| usize::try_from(version).unwrap_or(usize::MAX))
        .map_err(|source| cannot_open(path, source))?;
    let known = SCHEMA_VERSION;
    if found > known {
        return Err(OpenError::FromTheFuture {
            path: path.to_owned(),
            found,
            known,
        });
    }
    if found > 0 && found < known {
        older_schema::keep(db, path, found)?;
    }
    Migrations::from_slice(MIGRATIONS)
        .to_latest(db)
        .map_err(|error| {
            let source = match error {
                rusqlite_migration::Error::RusqliteError { err, .. } => err,
                other => rusqlite::Error::ToSqlConversionFailure(Box::new(other)),
            };
            cannot_open(path, source)
        })
}
