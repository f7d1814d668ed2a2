//! `cargo xtask deny`: what the project may depend on; `deny.toml` says it, with reasons.
//!
//! Advisories are left out: their database is not part of the package registry, and CI may reach nothing else.

use crate::shell::{Outcome, command, run as shell_run};
use crate::tools;

pub(crate) fn run() -> Outcome {
    let mut command = command(tools::cargo_deny()?);
    shell_run(command.args(["--workspace", "check", "licenses", "bans", "sources"]))
}
