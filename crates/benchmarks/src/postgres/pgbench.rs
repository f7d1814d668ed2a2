//! `pgbench` with the statements that Kobling sends for one event, in a transaction of its own, as one would write them by
//! hand: a statement at a time, each prepared, each with exactly the rows that it is about.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::PostgresBench;
use super::load::names;
use super::over::Over;
use super::store::PGBENCH;
use crate::failure::{Failure, Outcome, Result, While};
use crate::wrk::Sample;

/// As Kobling sets its own sessions.
const SESSION: &str = "-c plan_cache_mode=force_generic_plan -c jit=off";

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
        let mut command = Command::new("pgbench");
        command.args(["--no-vacuum", "--protocol=prepared", "--log"]);
        command.arg("--log-prefix").arg(self.folder.join("log"));
        command.args(["--client", &clients.to_string()]);
        command.args(["--jobs", &clients.min(2).to_string()]);
        command.args(["--time", &seconds.to_string()]);
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
        let rate = said.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        self.sample(rate.while_doing(format_args!("transactions per second in {said}"))?)
    }

    fn empty_folder(&self) -> Outcome {
        if self.folder.exists() {
            fs::remove_dir_all(&self.folder).while_doing(self.folder.display())?;
        }
        fs::create_dir(&self.folder).while_doing(self.folder.display())
    }

    /// The times of all transactions, from the logs of all threads.
    fn sample(&self, per_second: f64) -> Result<Sample> {
        let mut micros: Vec<f64> = Vec::new();
        for entry in fs::read_dir(&self.folder).while_doing(self.folder.display())? {
            let path = entry.while_doing(self.folder.display())?.path();
            micros.extend(times_in(&path)?);
        }
        micros.sort_by(f64::total_cmp);
        let at = |percent: usize| {
            let index = (micros.len() * percent / 100).min(micros.len().saturating_sub(1));
            micros.get(index).map(|time| time / 1e3)
        };
        let none = "transactions of `pgbench`";
        let requests = u32::try_from(micros.len()).while_doing(none)?;
        Ok(Sample {
            requests: requests.into(),
            per_second,
            p50_ms: at(50).while_doing(none)?,
            p99_ms: at(99).while_doing(none)?,
            max_ms: at(100).while_doing(none)?,
        })
    }
}

/// The third field of each line, in microseconds.
fn times_in(log: &Path) -> Result<Vec<f64>> {
    let text = fs::read_to_string(log).while_doing(log.display())?;
    let time = |line: &str| line.split(' ').nth(2)?.parse().ok();
    let times: Option<Vec<f64>> = text.lines().map(time).collect();
    times.while_doing(format_args!("times in {}", log.display()))
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
