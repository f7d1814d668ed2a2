//! `cargo xtask bench`: the release binary, then the benchmarks over it, with the arguments as they came.

use crate::postgres::{Kind, Server, URL};
use crate::shell::{Outcome, cargo, run as shell_run};

/// Among the arguments, it wants a PostgreSQL server.
const POSTGRES: &str = "--postgres";

/// The binary is built by itself: together with the benchmarks it would get the features that they ask for.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    shell_run(&mut cargo(&["build", "--release", "--package", "server"]))?;
    shell_run(&mut cargo(&[
        "build",
        "--release",
        "--package",
        "benchmarks",
    ]))?;
    let mut command = cargo(&["run", "--release", "--package", "benchmarks", "--"]);
    command.args(arguments);
    if !arguments.iter().any(|argument| argument == POSTGRES) {
        return shell_run(&mut command);
    }
    let server = Server::start(Kind::Durable)?;
    command.env(URL, server.url()).envs(server.variables());
    shell_run(&mut command)
}
