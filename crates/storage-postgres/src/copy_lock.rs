//! Nobody serves from a database while a copy is written into it.
//!
//! Each session of whoever serves holds a lock of the database, shared with all others, and the session of the one who copies
//! holds it alone. The server lets go of it with the session, however that ends.

use std::fmt;
use std::time::{Duration, Instant};

use tokio::time::sleep;

use crate::columns::column;
use crate::error::Result;
use crate::session::Session;

/// The key of the lock: "copying" in ASCII.
const KEY: i64 = 0x63_6f70_7969_6e67;

/// Takes it for one who serves; answers whether that could be done.
pub(crate) const SHARE: &str = "SELECT pg_try_advisory_lock_shared(27988551558327911)";

/// What is said to one who would serve.
pub(crate) const COPYING: &str =
    "a kobling copy writes into this database; it can be served when that is done";

const TAKE: &str = "SELECT pg_try_advisory_lock($1)";

/// Who has it. Of sessions of other roles only some is shown.
const HOLDERS: &str = "
    SELECT l.pid, l.mode = 'ExclusiveLock', coalesce(a.application_name, ''), host(a.client_addr)
    FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND l.classid::bigint = $1::bigint >> 32 AND l.objid::bigint = $1::bigint & 4294967295
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY l.pid";

/// How long sessions of nodes are waited for that have just been stopped.
const ENDING: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(50);

/// Sessions that are named, at most.
const NAMED_MAX: usize = 8;

/// One who holds the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServingSession {
    /// The number by which `pg_terminate_backend` ends it.
    pub pid: i32,
    /// What it calls itself, such as `kobling serve`.
    pub application_name: String,
    /// The address that it comes from; none for a socket, or where the server does not tell.
    pub from: Option<String>,
    is_alone: bool,
}

/// Sessions as they are told to people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServingSessions(pub Vec<ServingSession>);

/// What became of taking the lock.
pub(crate) enum Taken {
    /// It is held.
    Alone,
    /// Another one copies.
    ByAnother,
    /// Somebody serves.
    Served(ServingSessions),
}

/// Takes the lock for one who copies, for as long as the session lives.
pub(crate) async fn take(session: &Session) -> Result<Taken> {
    let began = Instant::now();
    loop {
        let found = session.one(TAKE, &[&KEY]).await?;
        let taken = found.map(|row| column::<bool>(&row, 0)).transpose()?;
        if taken == Some(true) {
            return Ok(Taken::Alone);
        }
        let holders = holders(session).await?;
        if holders.iter().any(|holder| holder.is_alone) {
            return Ok(Taken::ByAnother);
        }
        if began.elapsed() >= ENDING {
            return Ok(Taken::Served(ServingSessions(holders)));
        }
        sleep(LOOK).await;
    }
}

async fn holders(session: &Session) -> Result<Vec<ServingSession>> {
    let rows = session.all(HOLDERS, &[&KEY]).await?;
    let each = rows.iter().map(|row| {
        Ok(ServingSession {
            pid: column(row, 0)?,
            is_alone: column(row, 1)?,
            application_name: column(row, 2)?,
            from: column(row, 3)?,
        })
    });
    each.collect()
}

impl fmt::Display for ServingSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("sessions that have just ended");
        }
        for (index, session) in self.0.iter().take(NAMED_MAX).enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{session}")?;
        }
        match self.0.len().saturating_sub(NAMED_MAX) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

impl fmt::Display for ServingSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pid {}", self.pid)?;
        match (self.application_name.as_str(), self.from.as_deref()) {
            ("", None) => Ok(()),
            ("", Some(from)) => write!(f, " (from {from})"),
            (name, None) => write!(f, " ({name})"),
            (name, Some(from)) => write!(f, " ({name} from {from})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_who_serves_and_one_who_copies_mean_the_same_lock() {
        assert_eq!(SHARE, format!("SELECT pg_try_advisory_lock_shared({KEY})"));
    }

    #[test]
    fn many_sessions_are_told_in_one_line() {
        let session = |pid, name: &str, from: Option<&str>| ServingSession {
            pid,
            application_name: name.to_owned(),
            from: from.map(str::to_owned),
            is_alone: false,
        };
        let mut sessions = vec![
            session(1, "kobling serve", Some("10.0.0.1")),
            session(2, "kobling serve", None),
            session(3, "", Some("::1")),
            session(4, "", None),
        ];
        assert_eq!(
            ServingSessions(sessions.clone()).to_string(),
            "pid 1 (kobling serve from 10.0.0.1), pid 2 (kobling serve), pid 3 (from ::1), pid 4"
        );
        sessions.extend((5..=10).map(|pid| session(pid, "", None)));
        let told = ServingSessions(sessions).to_string();
        assert!(told.ends_with("pid 7, pid 8 and 2 more"), "{told}");
    }
}
