//! `cargo xtask doc`: the documentation builds, and its links lead somewhere.

use crate::shell::{Outcome, cargo, run as shell_run};

pub(crate) fn run() -> Outcome {
    let mut command = cargo(&[
        "doc",
        "--workspace",
        "--no-deps",
        "--document-private-items",
    ]);
    shell_run(command.env("RUSTDOCFLAGS", "-D warnings"))
}
