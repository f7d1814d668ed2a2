//! `cargo xtask bench`: the release binary, then the benchmarks over it, with the arguments as they came.

use crate::shell::{Outcome, cargo, run as shell_run};

/// The binary is built by itself: together with the benchmarks it would get the features that they ask for.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    shell_run(&mut cargo(&["build", "--release", "--package", "server"]))?;
    let mut command = cargo(&["run", "--release", "--package", "benchmarks", "--"]);
    shell_run(command.args(arguments))
}
