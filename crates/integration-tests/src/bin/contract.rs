//! The contract test: `cargo xtask contract` installs schemathesis, builds this and the program under test, and runs it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use integration_tests::contract::{Contract, contract, settings};

/// Holds a running server against its OpenAPI document.
#[derive(Debug, Parser)]
struct Arguments {
    /// The program `schemathesis`.
    #[arg(long)]
    schemathesis: PathBuf,
    /// Test cases made up for each operation.
    #[arg(long)]
    examples: u32,
    /// Which ones.
    #[arg(long)]
    seed: u64,
}

#[tokio::main]
async fn main() -> std::io::Result<ExitCode> {
    let asked = Arguments::parse();
    let asked = Contract {
        program: std::env::current_exe()?.with_file_name("kobling-under-test"),
        schemathesis: asked.schemathesis,
        settings: settings(),
        examples: asked.examples,
        seed: asked.seed,
    };
    Ok(if contract(&asked).await.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
