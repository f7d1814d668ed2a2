//! The table of leases, by the clock of the database.

use std::time::Duration;

use uuid::Uuid;

use crate::columns::column;
use crate::error::Result;
use crate::session::Session;

/// Takes or keeps a lease. One that ends later than this one would is cut to that; no row is written where another holder's
/// has not run out and ends sooner.
const TAKE: &str = "
    INSERT INTO leases AS l (name, holder, until)
    VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3))
    ON CONFLICT (name) DO UPDATE SET until = excluded.until, holder =
        CASE WHEN l.holder = excluded.holder OR l.until <= clock_timestamp() THEN excluded.holder ELSE l.holder END
    WHERE l.holder = excluded.holder OR l.until <= clock_timestamp() OR l.until > excluded.until
    RETURNING l.holder = $2";

const GIVE_UP: &str = "DELETE FROM leases WHERE name = $1 AND holder = $2";

pub(crate) async fn take(
    session: &Session,
    name: &str,
    holder: Uuid,
    lasting: Duration,
) -> Result<bool> {
    let seconds = lasting.as_secs_f64();
    let taken = session.one(TAKE, &[&name, &holder, &seconds]).await?;
    taken.map_or(Ok(false), |row| column(&row, 0))
}

pub(crate) async fn give_up(session: &Session, name: &str, holder: Uuid) -> Result<()> {
    session.execute(GIVE_UP, &[&name, &holder]).await.map(drop)
}
