//! The binary `kobling`: reads the settings, puts the parts together and runs a command.
//!
//! The only place that knows all implementations. It must not hold rules, SQL or HTTP bodies.

use std::process::ExitCode;

use server::commands::{Kobling, close};

fn main() -> ExitCode {
    match Kobling::run(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => close(&error),
    }
}
