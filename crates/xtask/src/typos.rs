//! `cargo xtask typos`: the spelling; `typos.toml` says what is excluded.

use crate::shell::{Outcome, command, run as shell_run};
use crate::tools;

pub(crate) fn run() -> Outcome {
    shell_run(&mut command(tools::typos()?))
}
