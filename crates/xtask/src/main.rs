//! The commands of the project's developers: what CI runs, what is generated, and the rules that no lint knows.
//!
//! Owns how the workspace is checked. Must not know any other crate of the workspace: it reads their files and runs
//! their programs, so that it builds and speaks up when they do not compile.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool prints by trade"
)]

mod bench;
mod ci;
mod clippy;
mod contract;
mod debian;
mod deny;
mod doc;
mod failover;
mod fmt;
mod fuzz;
mod generate;
mod package;
mod picture;
mod postgres;
mod shell;
mod test;
mod tidy;
mod tools;
mod typos;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use shell::Failure;
use test::Tally;

/// The commands of Kobling's developers.
#[derive(Debug, Parser)]
#[command(
    name = "xtask",
    bin_name = "cargo xtask",
    disable_help_subcommand = true
)]
struct CommandLine {
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run every check below in order and stop at the first that fails
    Ci,
    /// Check the formatting (`cargo fmt` corrects it)
    Fmt,
    /// Check the spelling
    Typos,
    /// Lint all targets, warnings are errors
    Clippy,
    /// Build the documentation of all items, warnings are errors
    Doc,
    /// Check licences, banned and duplicate crates, and where crates come from
    Deny,
    /// Check the rules that no lint knows: arrows between crates, files, manifests, documents
    Tidy,
    /// Write the generated files
    Generate {
        /// Write nothing, fail where a file differs
        #[arg(long)]
        check: bool,
    },
    /// Run all tests
    Test,
    /// Start a private PostgreSQL server and run a command with its URL in TEST_POSTGRES
    Postgres(postgres::Postgres),
    /// Keep a private PostgreSQL server until the standard input ends; the commands above start it themselves
    #[command(hide = true)]
    PostgresKeeper(postgres::Keeper),
    /// Fuzz one target, or all of them one after the other
    Fuzz(fuzz::Fuzz),
    /// Hold a running server against its OpenAPI document, with schemathesis
    Contract {
        /// Test cases that are made up for each operation
        #[arg(long, default_value_t = contract::EXAMPLES)]
        examples: u32,
        /// Another number for other cases
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Kill PostgreSQL leaders under load, and compare what was acknowledged with what is stored
    Failover(failover::Failover),
    /// Build the Debian package and its bill of materials into target/package, and try the package
    Package,
    /// Measure: arguments go to the benchmarks crate
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let Some(task) = CommandLine::parse().task else {
        println!("{}", CommandLine::command().render_help());
        return ExitCode::SUCCESS;
    };
    match run(task) {
        Ok(None) => ExitCode::SUCCESS,
        Ok(Some(tally)) => close(tally),
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<Option<Tally>, Failure> {
    match task {
        Task::Ci => return ci::run().map(Some),
        Task::Fmt => fmt::run()?,
        Task::Typos => typos::run()?,
        Task::Clippy => clippy::run()?,
        Task::Doc => doc::run()?,
        Task::Deny => deny::run()?,
        Task::Tidy => tidy::run()?,
        Task::Generate { check: false } => generate::write()?,
        Task::Generate { check: true } => generate::check()?,
        Task::Test => return test::run().map(Some),
        Task::Postgres(postgres) => postgres.run()?,
        Task::PostgresKeeper(keeper) => keeper.run()?,
        Task::Fuzz(fuzz) => fuzz.run()?,
        Task::Contract { examples, seed } => contract::run(examples, seed)?,
        Task::Failover(failover) => failover.run()?,
        Task::Package => package::run()?,
        Task::Bench { arguments } => bench::run(&arguments)?,
    }
    Ok(None)
}

/// The tally is the last line, whatever happened.
fn close(tally: Tally) -> ExitCode {
    if tally.failed > 0 {
        eprintln!("error: tests failed; repeat them alone with: cargo xtask test");
    }
    println!("{tally}");
    if tally.failed > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
