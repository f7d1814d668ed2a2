//! How fast the binary is, in ratios to floors: servers on the same HTTP stack that do only what cannot be left out; and on
//! PostgreSQL, to `pgbench` that runs the same statements.
//!
//! Owns the floors, the load and the table of `docs/benchmarks.md`. Must not be needed by anything: it is built by
//! `cargo xtask bench` alone. Ratios are medians over pairs (floor, Kobling, floor, Kobling, …), because the machine
//! is shared with the load generator and with whatever else runs on it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool prints by trade"
)]

mod client;
mod failure;
mod floor;
mod installation;
mod loading;
mod machine;
mod measures;
mod pairs;
mod postgres;
mod process;
mod report;
mod run;
mod spread;
mod target;
mod wrk;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Outcome;

/// Measures Kobling against floors.
#[derive(Debug, Parser)]
#[command(
    name = "benchmarks",
    bin_name = "cargo xtask bench",
    args_conflicts_with_subcommands = true
)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: run::Run,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve a floor; the run starts it by itself
    #[command(hide = true)]
    Floor(floor::Floor),
}

fn main() -> ExitCode {
    match act(CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn act(line: CommandLine) -> Outcome {
    match line.command {
        Some(Command::Floor(floor)) => floor.serve(),
        None => line.run.measure_all(),
    }
}
