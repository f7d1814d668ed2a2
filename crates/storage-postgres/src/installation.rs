//! The table with the one row that says whose database this is.

use storage::copying::{StoredCheck, UNFINISHED};
use storage::{Installation, StorageError};
use tokio_postgres::Row;

use crate::columns::{column, damaged, millis, time};
use crate::error::Result;
use crate::session::Session;

const FIND: &str = "SELECT root_key_check, created_at FROM installation WHERE id = 1";

const INSERT_IF_MISSING: &str = "
    INSERT INTO installation (id, root_key_check, created_at) VALUES (1, $1, $2)
    ON CONFLICT DO NOTHING";

/// Makes the row 1 MiB larger by bytes that cannot be compressed.
const ENLARGE: &str = "
    UPDATE installation SET root_key_check = (
        SELECT decode(string_agg(md5(i::text), ''), 'hex') FROM generate_series(1, 65536) AS i)
    WHERE id = 1";

/// Writes the row as it is.
const WRITE_AGAIN: &str = "UPDATE installation SET created_at = created_at WHERE id = 1";

/// The row; an error while a copy is being written into this database.
pub(crate) async fn find(session: &Session) -> Result<Option<Installation>> {
    let found = session.one(FIND, &[]).await?;
    let Some(row) = found else { return Ok(None) };
    match read_check(&row)? {
        StoredCheck::Whole(root_key_check) => Ok(Some(Installation {
            root_key_check,
            created_at: time(&row, 1)?,
        })),
        StoredCheck::Unfinished(_) => Err(StorageError::Unavailable(UNFINISHED.to_owned())),
    }
}

/// The check value, and whether a copy is being written into this database.
pub(crate) async fn find_check(session: &Session) -> Result<Option<StoredCheck>> {
    let found = session.one(FIND, &[]).await?;
    found.as_ref().map(read_check).transpose()
}

fn read_check(row: &Row) -> Result<StoredCheck> {
    StoredCheck::read(column(row, 0)?).ok_or_else(|| damaged("check value of the root key"))
}

/// Stores the row unless there is one.
pub(crate) async fn insert_if_missing(session: &Session, wanted: &Installation) -> Result<()> {
    let check = wanted.root_key_check.0.as_slice();
    let created_at = millis(wanted.created_at);
    session
        .execute(INSERT_IF_MISSING, &[&check, &created_at])
        .await
        .map(drop)
}

/// Finds out whether there is room for more than the server has at hand: on a full disk a row that is written again finds
/// place in its page, and the next batch does not. Nothing of it stays.
pub(crate) async fn take_room(session: &Session) -> Result<()> {
    session.commands("BEGIN").await?;
    session.execute(ENLARGE, &[]).await?;
    session.commands("ROLLBACK").await
}

/// Makes something durable that changes nothing.
pub(crate) async fn write_again(session: &Session) -> Result<()> {
    session.execute(WRITE_AGAIN, &[]).await.map(drop)
}
