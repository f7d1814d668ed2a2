//! `cargo xtask bench`: the benchmarks, with the arguments as they came.

use crate::shell::{Outcome, cargo, run as shell_run};

pub(crate) fn run(arguments: &[String]) -> Outcome {
    let mut command = cargo(&["run", "--release", "--package", "benchmarks", "--"]);
    shell_run(command.args(arguments))
}
