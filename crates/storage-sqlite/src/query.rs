//! Asking SQLite with prepared statements, which each connection keeps.

use rusqlite::{Connection, Params, Row};

use crate::error::{OrStorageError, Result};

/// The first row, if there is one.
pub(crate) fn one<T>(
    db: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = db.prepare_cached(sql).or_storage_error()?;
    let mut rows = statement.query(values).or_storage_error()?;
    rows.next().or_storage_error()?.map(read).transpose()
}

/// All rows.
pub(crate) fn all<T>(
    db: &Connection,
    sql: &str,
    values: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = db.prepare_cached(sql).or_storage_error()?;
    let mut rows = statement.query(values).or_storage_error()?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().or_storage_error()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// Writes; answers the number of rows.
pub(crate) fn execute(db: &Connection, sql: &str, values: impl Params) -> Result<usize> {
    db.prepare_cached(sql)
        .or_storage_error()?
        .execute(values)
        .or_storage_error()
}
