//! What a database holds, in numbers.

use domain::{PartnerId, Timestamp};
use rusqlite::Connection;
use storage::Installation;

use crate::columns::{column, unsigned};
use crate::error::Result;
use crate::{installation, query, streams};

/// What a database holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The number of its schema.
    pub schema: usize,
    /// Whose database it is, where it was set up.
    pub installation: Option<Installation>,
    /// The logs, by partner.
    pub logs: Vec<PartnerLog>,
    /// Rows of each other table, by name.
    pub rows: Vec<(String, u64)>,
}

/// One partner's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartnerLog {
    /// The partner.
    pub partner: PartnerId,
    /// The `seq` of its last entry, which is the number of its entries.
    pub last_seq: u64,
    /// The time of its last entry.
    pub last_at: Timestamp,
}

impl Contents {
    /// Counts. The log is counted by its streams, so that reading this takes no time that grows with the log.
    pub(crate) fn read(db: &Connection) -> Result<Self> {
        let mut logs = Vec::new();
        for (partner, stream) in streams::list(db)? {
            logs.push(PartnerLog {
                partner,
                last_seq: stream.last_seq,
                last_at: stream.last_at,
            });
        }
        let tables = "SELECT name FROM sqlite_schema
             WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'log_entries' ORDER BY name";
        let mut rows = Vec::new();
        for table in query::all(db, tables, [], |row| column::<String>(row, 0))? {
            let count = format!("SELECT count(*) FROM \"{table}\"");
            let count = query::one(db, &count, [], |row| unsigned(row, 0))?;
            rows.push((table, count.unwrap_or_default()));
        }
        Ok(Self {
            schema: schema(db)?,
            installation: installation::find(db)?,
            logs,
            rows,
        })
    }

    /// Entries of all logs together.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.logs.iter().map(|log| log.last_seq).sum()
    }
}

/// The schema of a database.
pub(crate) fn schema(db: &Connection) -> Result<usize> {
    let found = query::one(db, "PRAGMA user_version", [], |row| unsigned(row, 0))?;
    Ok(usize::try_from(found.unwrap_or_default()).unwrap_or(usize::MAX))
}
