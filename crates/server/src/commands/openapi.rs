//! `kobling openapi`: the document on standard output.

use clap::Args;

use super::CommandError;
use super::output::Output;

const EXAMPLES: &str = "\
Examples:
  kobling openapi > openapi.json

It is the document that a running service answers at /openapi.json.";

/// The arguments of `kobling openapi`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Openapi {}

impl Openapi {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let mut out = Output::new();
        out.line(&serde_json::to_string_pretty(&api::openapi_document())?)?;
        Ok(out.flush()?)
    }
}
