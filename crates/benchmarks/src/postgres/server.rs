//! The PostgreSQL server that `cargo xtask bench` has started: asked through `psql`, and watched in `/proc`.

use std::env;
use std::fs;
use std::process::Command;

use crate::failure::{Failure, Outcome, Result, While};

/// Where `cargo xtask` says that the server is.
const URL: &str = "TEST_POSTGRES";
/// What of the server's settings stands in the table.
pub(super) const SETTINGS: [&str; 8] = [
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "wal_sync_method",
    "shared_buffers",
    "max_wal_size",
    "max_connections",
    "commit_delay",
];
/// Clock ticks of `/proc/PID/stat` are hundredths of a second on Linux, whatever the kernel's own.
const TICK_US: f64 = 10_000.0;

/// A server with its processes.
#[derive(Debug)]
pub(super) struct Server {
    /// Everything before the name of the database, with the last slash.
    base: String,
    postmaster: u32,
}

impl Server {
    #[expect(
        clippy::disallowed_methods,
        reason = "the command that starts the server tells this one where it is; it is no setting of Kobling's"
    )]
    pub(super) fn from_environment() -> Result<Self> {
        let url = env::var(URL).while_doing(format_args!(
            "{URL}; `cargo xtask bench --postgres` starts a server and sets it"
        ))?;
        let (base, _) = url.rsplit_once('/').while_doing(URL)?;
        let mut server = Self {
            base: format!("{base}/"),
            postmaster: 0,
        };
        let checkpointer = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'";
        let child = server.sql("postgres", checkpointer)?;
        let stat = Stat::of(child.trim()).while_doing("the server's processes on this machine")?;
        server.postmaster = stat.parent;
        Ok(server)
    }

    /// The address of one of its databases.
    pub(super) fn url(&self, database: &str) -> String {
        format!("{}{database}", self.base)
    }

    /// Runs statements, each in a transaction of its own; answers what they print, unaligned.
    pub(super) fn sql(&self, database: &str, statement: &str) -> Result<String> {
        let mut psql = Command::new("psql");
        psql.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]);
        psql.args(["-c", statement, &self.url(database)]);
        let output = psql.output().while_doing("`psql`")?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Failure(format!("`{statement}`: {said}")))
    }

    pub(super) fn setting(&self, name: &str) -> Result<String> {
        self.sql("postgres", &format!("SHOW {name}"))
    }

    /// Bytes of its write-ahead log since it was made.
    pub(super) fn wal_bytes(&self) -> Result<f64> {
        let position = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')";
        let bytes = self.sql("postgres", position)?;
        bytes.parse().while_doing("the position of the log")
    }

    /// What changed meanwhile is written down now, and not while something is measured.
    pub(super) fn settle(&self, database: &str) -> Outcome {
        self.sql(database, "VACUUM ANALYZE")?;
        self.sql(database, "CHECKPOINT").map(drop)
    }

    /// Microseconds of processor time of all its processes, those included that have ended.
    pub(super) fn cpu_us(&self) -> Result<f64> {
        let own = self.postmaster.to_string();
        let own = Stat::of(&own).while_doing("the server's first process")?;
        let processes = fs::read_dir("/proc").while_doing("/proc")?;
        let children = processes.filter_map(|entry| {
            let name = entry.ok()?.file_name();
            let stat = Stat::of(name.to_str()?)?;
            (stat.parent == self.postmaster).then_some(stat.own_ticks)
        });
        let ticks = own.own_ticks + own.ended_ticks + children.sum::<f64>();
        Ok(ticks * TICK_US)
    }
}

/// What `/proc/PID/stat` says of one process.
#[derive(Debug)]
pub(super) struct Stat {
    parent: u32,
    own_ticks: f64,
    /// Of children that have ended and were waited for.
    ended_ticks: f64,
}

impl Stat {
    /// Nothing where there is no such process (any more).
    fn of(process: &str) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        Self::read(&text)
    }

    fn read(text: &str) -> Option<Self> {
        // The second field is a name in parentheses, which may hold anything.
        let (_, after) = text.rsplit_once(')')?;
        let fields: Vec<&str> = after.split_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<f64>().ok();
        Some(Self {
            parent: fields.get(1)?.parse().ok()?,
            own_ticks: number(11)? + number(12)?,
            ended_ticks: number(13)? + number(14)?,
        })
    }

    /// Microseconds of processor time of one process.
    pub(super) fn cpu_us_of(process: u32) -> Result<f64> {
        let stat = Self::of(&process.to_string()).while_doing("a process")?;
        Ok(stat.own_ticks * TICK_US)
    }

    /// Microseconds of processor time of this program's children that have ended.
    pub(super) fn cpu_us_of_ended_children() -> Result<f64> {
        let stat = Self::of("self").while_doing("this process")?;
        Ok(stat.ended_ticks * TICK_US)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_stand_behind_a_name_with_spaces_and_parentheses() {
        let text = "7 (a (b) c) S 3 7 7 0 -1 4194560 100 0 0 0 11 5 20 4 20 0 1 0 100 0 0";
        let stat = Stat::read(text).unwrap();
        assert_eq!(
            (stat.parent, stat.own_ticks, stat.ended_ticks),
            (3, 16.0, 24.0)
        );
        assert!(Stat::read("7 (a) S 3").is_none());
    }
}
