//! The table with the one row that says whose database this is.

use rusqlite::{Connection, params};
use storage::copying::{StoredCheck, UNFINISHED};
use storage::{Installation, StorageError};

use crate::columns::{column, damaged, millis, time};
use crate::error::Result;
use crate::query;

/// The row; an error while a copy is being written into this database.
pub(crate) fn find(db: &Connection) -> Result<Option<Installation>> {
    query::one(
        db,
        "SELECT root_key_check, created_at FROM installation WHERE id = 1",
        [],
        |row| match read_check(&column::<Vec<u8>>(row, 0)?)? {
            StoredCheck::Whole(root_key_check) => Ok(Installation {
                root_key_check,
                created_at: time(row, 1)?,
            }),
            StoredCheck::Unfinished(_) => Err(StorageError::Unavailable(UNFINISHED.to_owned())),
        },
    )
}

/// The check value, and whether a copy is being written into this database.
pub(crate) fn find_check(db: &Connection) -> Result<Option<StoredCheck>> {
    let sql = "SELECT root_key_check FROM installation WHERE id = 1";
    query::one(db, sql, [], |row| read_check(&column::<Vec<u8>>(row, 0)?))
}

fn read_check(stored: &[u8]) -> Result<StoredCheck> {
    StoredCheck::read(stored).ok_or_else(|| damaged("check value of the root key"))
}

/// Stores the row unless there is one.
pub(crate) fn insert_if_missing(db: &Connection, installation: &Installation) -> Result<()> {
    let sql = "INSERT INTO installation (id, root_key_check, created_at) VALUES (1, ?1, ?2)
         ON CONFLICT DO NOTHING";
    let values = params![
        installation.root_key_check.0,
        millis(installation.created_at)
    ];
    query::execute(db, sql, values).map(drop)
}
