//! One run: what is measured, how long, and where the result goes.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::failure::{Outcome, Result};
use crate::floor::Kind;
use crate::installation::Installation;
use crate::process::{Process, free_port};
use crate::report::{self, Section};
use crate::{machine, measures, target, wrk};

/// What to measure.
#[derive(Args, Clone, Debug)]
pub(crate) struct Run {
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
    /// Accounts in the database
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    accounts: u32,
    /// Leave docs/benchmarks.md as it is
    #[arg(long)]
    no_write: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Measure {
    Idle,
    Reads,
    Tokens,
    Events,
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
        let root = target::root()?;
        wrk::install()?;
        let scratch = target::scratch()?;
        let facts = machine::facts(scratch.path());
        let bench = self.prepare(scratch.path())?;
        let mut sections = Vec::new();
        for measure in Measure::value_variants() {
            if self.only.is_empty() || self.only.contains(measure) {
                sections.push(measure.run(&bench)?);
            }
        }
        sections.insert(0, report::figures(&sections));
        sections.push(self.circumstances(&bench, facts));
        let measured = report::markdown(&sections);
        println!("\n{measured}");
        if self.no_write || self.quick || !self.only.is_empty() {
            println!("docs/benchmarks.md is left as it is");
            return Ok(());
        }
        report::write(&root.join("docs/benchmarks.md"), &measured)?;
        println!("written to docs/benchmarks.md");
        Ok(())
    }

    fn prepare(&self, scratch: &Path) -> Result<Bench> {
        let (seconds, rounds) = if self.quick { (2, 3) } else { (6, 5) };
        let loaded = Installation::bootstrap(&scratch.join("loaded"))?;
        println!("loading {} accounts", self.accounts);
        loaded.load(self.accounts)?;
        Ok(Bench {
            seconds: self.seconds.unwrap_or(seconds),
            rounds: usize::from(self.rounds.unwrap_or(rounds)),
            accounts: self.accounts,
            scratch: scratch.to_owned(),
            loaded,
        })
    }

    fn circumstances(&self, bench: &Bench, facts: Vec<(&'static str, String)>) -> Section {
        let settings = format!(
            "{} pairs of {} s, {} accounts",
            bench.rounds, bench.seconds, bench.accounts
        );
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
            heading: "Machine and settings",
            note: "Everything in one run on one machine, over the loopback interface.".to_owned(),
            head: vec!["what", "value"],
            rows: rows.collect(),
            figures: Vec::new(),
        }
    }
}

impl Measure {
    fn run(self, bench: &Bench) -> Result<Section> {
        match self {
            Self::Idle => measures::idle::measure(bench),
            Self::Reads => measures::reads::measure(bench),
            Self::Tokens => measures::tokens::measure(bench),
            Self::Events => measures::events::measure(bench),
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
