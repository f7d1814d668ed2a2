//! `cargo xtask fmt`: the formatting.

use crate::shell::{Outcome, cargo, run as shell_run};

pub(crate) fn run() -> Outcome {
    shell_run(&mut cargo(&["fmt", "--all", "--", "--check"]))
}
