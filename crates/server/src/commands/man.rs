//! `kobling man`: a manual page for each command.

use std::path::PathBuf;

use clap::{Args, CommandFactory};

use super::output::Output;
use super::{CommandError, Kobling};

const EXAMPLES: &str = "\
Examples:
  kobling man --to /usr/local/share/man/man1
  man kobling-backup";

/// The arguments of `kobling man`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Man {
    /// The folder to write the pages to; pages that are there are replaced.
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

impl Man {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let unusable = |error: std::io::Error| format!("--to {}: {error}", self.to.display());
        std::fs::create_dir_all(&self.to).map_err(unusable)?;
        clap_mangen::generate_to(Kobling::command(), &self.to).map_err(unusable)?;
        let mut out = Output::new();
        out.line(&format!("Wrote the manual pages to {}.", self.to.display()))?;
        Ok(out.flush()?)
    }
}
