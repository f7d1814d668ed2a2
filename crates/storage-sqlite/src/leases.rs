//! The table of leases: one of the few that belong to no partner.

use std::time::Duration;

use domain::Timestamp;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::columns::{column, millis};
use crate::error::Result;
use crate::query;

/// Takes or keeps a lease; answers whether it is the holder's now. One that ends later than this one would is cut to that.
pub(crate) fn take(
    db: &Connection,
    name: &str,
    holder: Uuid,
    now: Timestamp,
    lasting: Duration,
) -> Result<bool> {
    let sql = "INSERT INTO leases (name, holder, until) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET until = ?3,
             holder = CASE WHEN holder = ?2 OR until <= ?4 THEN ?2 ELSE holder END
         WHERE holder = ?2 OR until <= ?4 OR until > ?3
         RETURNING holder = ?2";
    let until = millis(now.plus(lasting));
    let values = params![name, holder.to_string(), until, millis(now)];
    // All rows are asked for, so that the commit is part of it and its error is not lost.
    let taken = query::all(db, sql, values, |row| column::<bool>(row, 0))?;
    Ok(taken.contains(&true))
}

/// Ends a lease, where it is the holder's.
pub(crate) fn give_up(db: &Connection, name: &str, holder: Uuid) -> Result<()> {
    let sql = "DELETE FROM leases WHERE name = ?1 AND holder = ?2";
    query::execute(db, sql, params![name, holder.to_string()]).map(drop)
}
