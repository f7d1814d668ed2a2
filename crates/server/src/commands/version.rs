//! `kobling version`.

use clap::Args;

use super::CommandError;

/// The arguments of `kobling version`.
#[derive(Args, Debug)]
pub(super) struct Version {}

impl Version {
    #[expect(clippy::print_stdout, reason = "a command prints by trade")]
    pub(super) fn run(self) -> Result<(), CommandError> {
        println!("kobling {}", env!("CARGO_PKG_VERSION"));
        Ok(())
    }
}
