//! The crash test, with as many kills as are asked for. The program that is killed must be built as well:
//! `cargo build -p integration-tests --bins && target/debug/crash 50`, and another seed after it for other moments.
#![expect(clippy::print_stdout, reason = "a command prints by trade")]

use std::path::PathBuf;

use clap::Parser;
use integration_tests::crash::crash_rounds;

/// Kills the service under load again and again, and checks after each time that nothing was lost.
#[derive(Debug, Parser)]
struct Crash {
    /// How many times.
    #[arg(default_value_t = 50)]
    kills: usize,
    /// Other moments for another seed.
    #[arg(default_value_t = 1)]
    seed: u64,
    /// The program; without it, the one that was built beside this one.
    #[arg(long)]
    program: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let asked = Crash::parse();
    let beside = std::env::current_exe()?.with_file_name("kobling-under-test");
    let program = asked.program.unwrap_or(beside);
    let tally = crash_rounds(&program, asked.kills, asked.seed).await;
    println!("{tally:?}");
    Ok(())
}
