//! `pgbench` with the statements that Kobling sends for one event, in a transaction of its own, as one would write them by
//! hand: a statement at a time, each prepared, each with exactly the rows that it is about.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::PostgresBench;
use super::load::names;
use super::over::Over;
use super::store::PGBENCH;
use crate::failure::{Failure, Outcome, Result, While};
use crate::wrk::Sample;

/// As Kobling sets its own sessions.
const SESSION: &str = "-c plan_cache_mode=force_generic_plan -c jit=off";

/// Clients that connect and prepare their statements in a second, on a busy machine. So many seconds more it is given, and
/// what it did in them is not counted: Kobling's connections stand, too.
const CONNECTED_IN_A_SECOND: u64 = 64;

/// A script with what it needs to run.
#[derive(Debug)]
pub(super) struct Script {
    file: PathBuf,
    folder: PathBuf,
    url: String,
    variables: Vec<String>,
}

/// What the package calls itself.
pub(super) fn version() -> String {
    let output = Command::new("pgbench").arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.unwrap_or_else(|_| "pgbench".to_owned())
}

impl Script {
    /// One event in one transaction.
    pub(super) fn event(bench: &PostgresBench, over: Over) -> Result<Self> {
        let row = "SELECT actor, payload FROM log_entries WHERE kind = 'connection_event.recorded' \
                   ORDER BY partner DESC, seq DESC LIMIT 1";
        let row = bench.server.sql(PGBENCH, row)?;
        let (actor, payload) = row.split_once('|').while_doing("an event in the log")?;
        let text = EVENT
            .replace("{partner}", &over.partner_sql())
            .replace("{partners}", &(over.partners() - 1).to_string())
            .replace("{names}", &names_sql());
        let accounts = over.accounts_each(bench.accounts);
        let variables = vec![
            format!("accounts={accounts}"),
            format!("actor={actor}"),
            format!("payload={payload}"),
        ];
        Self::new(bench, &text, variables)
    }

    /// The row of a random connection.
    pub(super) fn read(bench: &PostgresBench, over: Over) -> Result<Self> {
        let text = READ
            .replace("{partner}", &over.partner_sql())
            .replace("{names}", &names_sql());
        let accounts = over.accounts_each(bench.accounts);
        Self::new(bench, &text, vec![format!("accounts={accounts}")])
    }

    fn new(bench: &PostgresBench, text: &str, variables: Vec<String>) -> Result<Self> {
        let file = bench.scratch.join("pgbench.sql");
        fs::write(&file, text).while_doing(file.display())?;
        Ok(Self {
            file,
            folder: bench.scratch.join("pgbench-log"),
            url: bench.server.url(PGBENCH),
            variables,
        })
    }

    /// Runs it from so many clients. A transaction that fails, fails the run.
    pub(super) fn run(&self, clients: usize, seconds: u64) -> Result<Sample> {
        self.empty_folder()?;
        let connecting = 1 + u64::try_from(clients).unwrap_or(0) / CONNECTED_IN_A_SECOND;
        let mut command = Command::new("pgbench");
        command.args(["--no-vacuum", "--protocol=prepared", "--log"]);
        command.arg("--log-prefix").arg(self.folder.join("log"));
        command.args(["--client", &clients.to_string()]);
        command.args(["--jobs", &clients.min(2).to_string()]);
        command.args(["--time", &(seconds + connecting).to_string()]);
        command.arg("--file").arg(&self.file);
        for variable in &self.variables {
            command.args(["--define", variable]);
        }
        command.arg(&self.url).env("PGOPTIONS", SESSION);
        let output = command.stdin(Stdio::null()).output();
        let output = output.while_doing("`pgbench`")?;
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() || !said.contains("number of failed transactions: 0 ") {
            let why = String::from_utf8_lossy(&output.stderr);
            return Err(Failure(format!("`pgbench` failed:\n{said}{why}")));
        }
        self.sample(seconds)
    }

    fn empty_folder(&self) -> Outcome {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).while_doing(self.folder.display())?;
        }
        fs::create_dir(&self.folder).while_doing(self.folder.display())
    }

    /// The transactions of the last seconds, from the logs of all threads.
    fn sample(&self, seconds: u64) -> Result<Sample> {
        let mut all: Vec<Transaction> = Vec::new();
        for entry in fs::read_dir(&self.folder).while_doing(self.folder.display())? {
            let path = entry.while_doing(self.folder.display())?.path();
            let text = fs::read_to_string(&path).while_doing(path.display())?;
            let read: Option<Vec<_>> = text.lines().map(Transaction::read).collect();
            all.extend(read.while_doing(format_args!("times in {}", path.display()))?);
        }
        sample_of(&all, seconds).while_doing(format_args!(
            "transactions of `pgbench` in {seconds} s; the machine may be too busy"
        ))
    }
}

/// A line of the log of `pgbench`.
#[derive(Clone, Copy, Debug)]
struct Transaction {
    took_us: f64,
    ended_us: f64,
}

impl Transaction {
    /// `client number time script second microsecond`
    fn read(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split(' ').collect();
        let number = |index: usize| fields.get(index)?.parse::<f64>().ok();
        Some(Self {
            took_us: number(2)?,
            ended_us: number(4)? * 1e6 + number(5)?,
        })
    }
}

/// Rate and times of those that ended in the last seconds; the number is that of all. Nothing where there were none.
fn sample_of(all: &[Transaction], seconds: u64) -> Option<Sample> {
    let window_us = f64::from(u32::try_from(seconds).ok()?) * 1e6;
    let end = all
        .iter()
        .map(|each| each.ended_us)
        .max_by(f64::total_cmp)?;
    let last = all.iter().filter(|each| each.ended_us > end - window_us);
    let mut micros: Vec<f64> = last.map(|each| each.took_us).collect();
    micros.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let index = (micros.len() * percent / 100).min(micros.len().saturating_sub(1));
        micros.get(index).map(|time| time / 1e3)
    };
    let counted = |count: usize| u32::try_from(count).ok().map(f64::from);
    Some(Sample {
        requests: counted(all.len())?,
        per_second: counted(micros.len())? / window_us * 1e6,
        p50_ms: at(50)?,
        p99_ms: at(99)?,
        max_ms: at(100)?,
    })
}

fn names_sql() -> String {
    let names: Vec<String> = names().map(|name| format!("'{name}'")).collect();
    format!("(ARRAY[{}])[:name]", names.join(", "))
}

const READ: &str = r"
\set account random(1, :accounts)
\set name random(1, 6)
SELECT connection, status, created_at, created_by, updated_at, chain_length, chain_spine
    FROM connections WHERE partner = {partner} AND account = :account AND connection = {names};
";

/// Two numbers of the spine, and a hash that is one, as most entries have them; nothing here depends on their value.
const EVENT: &str = r"
\set number random(0, {partners})
\set account random(1, :accounts)
\set name random(1, 6)
BEGIN;
SELECT partner, last_seq + 1 AS seq, greatest(last_at, (extract(epoch FROM clock_timestamp()) * 1000)::bigint) AS at
    FROM streams WHERE partner = {partner} FOR UPDATE \gset
SELECT deleted_at, chain_length, chain_spine FROM accounts WHERE partner = :partner AND account = :account;
SELECT connection, status, created_at, created_by, updated_at, chain_length, split_part(chain_spine, ',', 1) AS previous
    FROM connections WHERE partner = :partner AND account = :account AND connection = {names} \gset
INSERT INTO log_entries (partner, seq, at, kind, actor, account, connection, link_index, previous_seq, jump_seq, salt,
        content_hash, payload)
    VALUES (:partner, :seq, :at, 'connection_event.recorded', :actor, :account, :connection, :chain_length, :previous,
        :previous, '\x000102030405060708090a0b0c0d0e0f'::bytea,
        '\x000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f'::bytea, :payload);
UPDATE connections SET status = 'enabled', updated_at = :at, chain_length = :chain_length::bigint + 1,
        chain_spine = :seq::text || ',' || :previous::text
    WHERE partner = :partner AND account = :account AND connection = :connection;
UPDATE streams SET last_seq = :seq, last_at = :at WHERE partner = :partner;
COMMIT;
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ended_before_the_last_seconds_is_not_in_the_rate() {
        let log = "0 1 9000 0 100 0\n1 1 2000 0 103 500000\n0 2 4000 0 104 0\n0 3 3000 0 105 0";
        let all: Option<Vec<_>> = log.lines().map(Transaction::read).collect();
        let sample = sample_of(&all.unwrap(), 2).unwrap();
        assert_eq!((sample.requests, sample.per_second), (4.0, 1.5));
        assert_eq!((sample.p50_ms, sample.max_ms), (3.0, 4.0));
        assert!(sample_of(&[], 2).is_none());
        assert!(Transaction::read("0 1 x").is_none());
    }
}
