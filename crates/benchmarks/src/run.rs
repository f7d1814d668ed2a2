//! One run: what is measured, how long, and where the result goes.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::failure::{Failure, Outcome, Result};
use crate::floor::Kind;
use crate::installation::Installation;
use crate::postgres::PostgresBench;
use crate::process::{Process, free_port};
use crate::report::{self, Block, Section};
use crate::{machine, measures, target, wrk};

/// What to measure.
#[derive(Args, Clone, Debug)]
pub(crate) struct Run {
    /// Measure on PostgreSQL, beside `pgbench`, instead of on SQLite
    #[arg(long)]
    postgres: bool,
    /// Short runs, to see that everything works; writes nothing
    #[arg(long)]
    quick: bool,
    /// Measure only this; may be repeated; writes nothing
    #[arg(long, value_enum)]
    only: Vec<Measure>,
    /// Seconds of each run of the load generator [default: 6, quick: 2]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: Option<u64>,
    /// Pairs of each measurement [default: 5, quick: 3]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: Option<u16>,
    /// Accounts in the database; with --postgres those of the one partner, and as many that the 1,000 partners share
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    accounts: u32,
    /// With --postgres: measure nothing but events and reads, through this program beside the present one
    #[arg(long, value_name = "PROGRAM", requires = "postgres")]
    beside: Option<PathBuf>,
    /// Leave docs/benchmarks.md as it is
    #[arg(long)]
    no_write: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Measure {
    /// A server with nothing to do; SQLite alone
    Idle,
    Reads,
    /// SQLite alone
    Tokens,
    Events,
    /// Two nodes beside one; PostgreSQL alone
    Nodes,
    /// More or fewer batches at the same time; PostgreSQL alone
    Writers,
}

/// What the measurements share.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) seconds: u64,
    pub(crate) rounds: usize,
    pub(crate) accounts: u32,
    pub(crate) scratch: PathBuf,
    /// With all accounts in it.
    pub(crate) loaded: Installation,
}

impl Run {
    pub(crate) fn measure_all(self) -> Outcome {
        let measures = self.measures()?;
        let root = target::root()?;
        wrk::install()?;
        let scratch = target::scratch()?;
        let mut facts = machine::facts(scratch.path());
        let mut sections = Vec::new();
        let (block, figures, circumstances) = if self.postgres {
            let (seconds, rounds) = self.pace();
            let folder = scratch.path().to_owned();
            let bench = PostgresBench::prepare(seconds, rounds, self.accounts, folder)?;
            for measure in measures {
                match &self.beside {
                    Some(program) => sections.extend(bench.measure_beside(program, measure)?),
                    None => sections.extend(bench.measure(measure)?),
                }
            }
            facts.extend(bench.facts()?);
            bench.tidy_up()?;
            (
                Block::Postgres,
                "Figures with PostgreSQL",
                "Machine and settings with PostgreSQL",
            )
        } else {
            let bench = self.prepare(scratch.path())?;
            for measure in measures {
                sections.extend(measure.run(&bench)?);
            }
            (Block::Sqlite, "Figures", "Machine and settings")
        };
        sections.insert(0, report::figures(figures, &sections));
        sections.push(self.circumstances(circumstances, facts));
        let measured = report::markdown(block, &sections);
        println!("\n{measured}");
        if self.no_write || self.quick || !self.only.is_empty() || self.beside.is_some() {
            println!("docs/benchmarks.md is left as it is");
            return Ok(());
        }
        report::write(&root.join("docs/benchmarks.md"), block, &measured)?;
        println!("written to docs/benchmarks.md");
        Ok(())
    }

    /// Those that there are, or those of them that are wanted.
    fn measures(&self) -> Result<Vec<Measure>> {
        let (on, measured): (_, &[Measure]) = if self.beside.is_some() {
            ("beside another build", &[Measure::Events, Measure::Reads])
        } else if self.postgres {
            (
                "on PostgreSQL",
                &[
                    Measure::Events,
                    Measure::Reads,
                    Measure::Nodes,
                    Measure::Writers,
                ],
            )
        } else {
            (
                "on SQLite",
                &[
                    Measure::Idle,
                    Measure::Reads,
                    Measure::Tokens,
                    Measure::Events,
                ],
            )
        };
        if let Some(other) = self.only.iter().find(|only| !measured.contains(only)) {
            return Err(Failure(format!(
                "{other:?} is not measured {on}; there is {measured:?}"
            )));
        }
        let wanted = |measure: &Measure| self.only.is_empty() || self.only.contains(measure);
        Ok(measured.iter().copied().filter(wanted).collect())
    }

    /// Seconds of a run, and pairs.
    fn pace(&self) -> (u64, usize) {
        let (seconds, rounds) = if self.quick { (2, 3) } else { (6, 5) };
        (
            self.seconds.unwrap_or(seconds),
            usize::from(self.rounds.unwrap_or(rounds)),
        )
    }

    fn prepare(&self, scratch: &Path) -> Result<Bench> {
        let (seconds, rounds) = self.pace();
        let loaded = Installation::bootstrap(&scratch.join("loaded"))?;
        println!("loading {} accounts", self.accounts);
        loaded.load(self.accounts)?;
        Ok(Bench {
            seconds,
            rounds,
            accounts: self.accounts,
            scratch: scratch.to_owned(),
            loaded,
        })
    }

    fn circumstances(&self, heading: &'static str, facts: Vec<(&'static str, String)>) -> Section {
        let (seconds, rounds) = self.pace();
        let accounts = self.accounts;
        let settings = format!("{rounds} pairs of {seconds} s, {accounts} accounts");
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let command = format!(
            "`{}`",
            format!("cargo xtask bench {}", arguments.join(" ")).trim()
        );
        let mut rows = vec![
            ("command", command),
            ("date", machine::today()),
            ("settings", settings),
            (
                "load generator",
                format!("{}, 2 threads, on the same machine", wrk::version()),
            ),
        ];
        rows.extend(facts);
        let rows = rows
            .into_iter()
            .map(|(name, value)| vec![name.to_owned(), value]);
        Section {
            heading,
            note: "Everything in one run on one machine, over the loopback interface.".to_owned(),
            head: vec!["what", "value"],
            rows: rows.collect(),
            figures: Vec::new(),
        }
    }
}

impl Measure {
    /// Nothing where it is not one of SQLite's.
    fn run(self, bench: &Bench) -> Result<Option<Section>> {
        match self {
            Self::Idle => measures::idle::measure(bench).map(Some),
            Self::Reads => measures::reads::measure(bench).map(Some),
            Self::Tokens => measures::tokens::measure(bench).map(Some),
            Self::Events => measures::events::measure(bench).map(Some),
            Self::Nodes | Self::Writers => Ok(None),
        }
    }
}

impl Bench {
    /// Starts a floor; `file` is what it appends to or answers.
    pub(crate) fn floor(&self, kind: Kind, file: &Path) -> Result<Process> {
        let port = free_port()?;
        let listen = format!("127.0.0.1:{port}");
        let file = file.to_string_lossy();
        let arguments = ["floor", kind.name(), "--listen", &listen, "--file", &file];
        let log = self.scratch.join("floor.log");
        Process::start(&target::benchmarks()?, &arguments, port, &log)
    }
}
