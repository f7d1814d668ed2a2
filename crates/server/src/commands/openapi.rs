//! `kobling openapi`: the document on standard output.

use std::io::Write;

use clap::Args;

use super::CommandError;

/// The arguments of `kobling openapi`.
#[derive(Args, Debug)]
pub(super) struct Openapi {}

impl Openapi {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let mut text = serde_json::to_string_pretty(&api::openapi_document())?;
        text.push('\n');
        std::io::stdout().write_all(text.as_bytes())?;
        Ok(())
    }
}
