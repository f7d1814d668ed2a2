//! `cargo xtask clippy`: the lints of the root manifest and of `clippy.toml`.

use crate::shell::{Outcome, cargo, run as shell_run};

pub(crate) fn run() -> Outcome {
    shell_run(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}
