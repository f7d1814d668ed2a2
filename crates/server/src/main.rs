//! The binary `kobling`: reads the settings, puts the parts together and runs a command.
//!
//! The only place that knows all implementations. It must not hold rules, SQL or HTTP bodies.
#![expect(clippy::print_stderr, reason = "a command prints by trade")]

use std::process::ExitCode;

use server::commands::Kobling;
use server::config::ConfigError;

/// An argument or a setting is wrong. The parser of arguments ends with the same.
const WRONG_CONFIGURATION: u8 = 2;

fn main() -> ExitCode {
    match Kobling::run(std::env::args_os()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kobling: {error}");
            if error.is::<ConfigError>() {
                ExitCode::from(WRONG_CONFIGURATION)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}
