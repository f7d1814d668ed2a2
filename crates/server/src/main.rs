//! The binary `kobling`: reads the settings, puts the parts together and runs a command.
//!
//! The only place that knows all implementations. It must not hold rules, SQL or HTTP bodies.
#![expect(clippy::print_stderr, reason = "a command prints by trade")]

use std::process::ExitCode;

use clap::Parser;

use server::commands::Kobling;

fn main() -> ExitCode {
    match Kobling::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kobling: {error}");
            ExitCode::FAILURE
        }
    }
}
