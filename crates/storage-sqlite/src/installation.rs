//! The table with the one row that says whose database this is.

use rusqlite::{Connection, params};
use storage::{Installation, RootKeyCheck};

use crate::columns::{bytes, millis, time};
use crate::error::Result;
use crate::query;

pub(crate) fn find(db: &Connection) -> Result<Option<Installation>> {
    query::one(
        db,
        "SELECT root_key_check, created_at FROM installation WHERE id = 1",
        [],
        |row| {
            Ok(Installation {
                root_key_check: RootKeyCheck(bytes(row, 0)?),
                created_at: time(row, 1)?,
            })
        },
    )
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
