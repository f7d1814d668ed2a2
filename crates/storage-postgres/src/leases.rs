//! The table of leases, by the clock of the database.

use std::time::Duration;

use uuid::Uuid;

use crate::error::Result;
use crate::session::Session;

/// Takes or keeps a lease; no row is written where another holder's has not run out.
const TAKE: &str = "
    INSERT INTO leases AS l (name, holder, until)
    VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE l.holder = excluded.holder OR l.until <= clock_timestamp()";

const GIVE_UP: &str = "DELETE FROM leases WHERE name = $1 AND holder = $2";

pub(crate) async fn take(
    session: &Session,
    name: &str,
    holder: Uuid,
    lasting: Duration,
) -> Result<bool> {
    let seconds = lasting.as_secs_f64();
    let taken = session.execute(TAKE, &[&name, &holder, &seconds]).await?;
    Ok(taken == 1)
}

pub(crate) async fn give_up(session: &Session, name: &str, holder: Uuid) -> Result<()> {
    session.execute(GIVE_UP, &[&name, &holder]).await.map(drop)
}
