//! `kobling version`: what this program is made of.

use clap::Args;
use serde_json::json;
use storage_sqlite::{SCHEMA_VERSION, sqlite_version};

use super::CommandError;
use super::output::Output;

const EXAMPLES: &str = "\
Examples:
  kobling version
  kobling version --json

The commit is known where the program was built with KOBLING_COMMIT set. Nothing else of the build goes in, neither its \
time nor its place, so that the same source gives the same program.";

/// The commit that the program was built from, where whoever built it said so.
const COMMIT: Option<&str> = option_env!("KOBLING_COMMIT");

/// The arguments of `kobling version`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Version {
    /// Print it as a JSON object.
    #[arg(long)]
    json: bool,
}

impl Version {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let version = env!("CARGO_PKG_VERSION");
        let commit = COMMIT.filter(|commit| !commit.is_empty());
        let mut out = Output::new();
        if self.json {
            let told = json!({
                "version": version,
                "commit": commit,
                "schema": SCHEMA_VERSION,
                "sqlite": sqlite_version(),
            });
            out.line(&told.to_string())?;
        } else {
            out.line(&format!("kobling {version}"))?;
            out.line(&format!("commit  {}", commit.unwrap_or("unknown")))?;
            out.line(&format!("schema  {SCHEMA_VERSION}"))?;
            out.line(&format!("sqlite  {}", sqlite_version()))?;
        }
        Ok(out.flush()?)
    }
}
