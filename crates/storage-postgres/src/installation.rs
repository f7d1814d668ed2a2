//! The table with the one row that says whose database this is.

use storage::{Installation, RootKeyCheck};

use crate::columns::{bytes, millis, time};
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

pub(crate) async fn find(session: &Session) -> Result<Option<Installation>> {
    let found = session.one(FIND, &[]).await?;
    let Some(row) = found else { return Ok(None) };
    Ok(Some(Installation {
        root_key_check: RootKeyCheck(bytes(&row, 0)?),
        created_at: time(&row, 1)?,
    }))
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
