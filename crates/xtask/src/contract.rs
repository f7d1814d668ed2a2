//! `cargo xtask contract`: schemathesis makes up requests from the OpenAPI document, and a real server answers them.
//!
//! What is checked, and the few exceptions with their reasons, is in `openapi/schemathesis.toml`.

use crate::shell::{Outcome, cargo, run as shell_run};
use crate::tools;

/// Made-up cases for each operation: with those that follow from the document they take about three minutes.
pub(crate) const EXAMPLES: u32 = 40;

pub(crate) fn run(examples: u32, seed: u64) -> Outcome {
    let program = tools::schemathesis()?;
    shell_run(&mut cargo(&[
        "build",
        "--package",
        "integration-tests",
        "--bins",
    ]))?;
    let mut contract = cargo(&[
        "run",
        "--quiet",
        "--package",
        "integration-tests",
        "--bin",
        "contract",
        "--",
    ]);
    contract.arg("--schemathesis").arg(program);
    contract.args(["--examples", &examples.to_string()]);
    shell_run(contract.args(["--seed", &seed.to_string()]))
}
