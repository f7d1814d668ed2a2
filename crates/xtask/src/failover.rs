//! `cargo xtask failover`: three PostgreSQL servers under Patroni and two nodes of the release binary, while leaders are
//! killed. `docs/operations/failover.md` has what came of it.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::debian;
use crate::postgres::Programs;
use crate::shell::{Failure, Outcome, cargo, command, root, run as shell_run, succeeds};

/// What it needs of PostgreSQL beside the server: Patroni starts these.
const NEEDED: &[&str] = &[
    "initdb",
    "pg_basebackup",
    "pg_controldata",
    "pg_ctl",
    "pg_isready",
    "pg_rewind",
    "psql",
];
/// Debian's packages, and the program of each.
const PACKAGES: &[(&str, &str)] = &[("patroni", "patroni"), ("etcd-server", "etcd")];
/// What Debian's Patroni names with its whole path.
const PYTHON: &str = "/usr/bin/python3";
const DOCUMENT: &str = "docs/operations/failover.md";

#[derive(Args, Debug)]
pub(crate) struct Failover {
    /// How many times the leader is killed; from 10 on the result is written into the document
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=1000))]
    kills: u32,
    /// Another number for other moments
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Leave the folder with the logs and the data of all servers
    #[arg(long)]
    keep: bool,
}

impl Failover {
    pub(crate) fn run(&self) -> Outcome {
        let postgres = postgres()?;
        let packages = packages()?;
        // By itself: together with the tests it would get the features that they ask for.
        shell_run(&mut cargo(&["build", "--release", "--package", "server"]))?;
        let mut failover = cargo(&["run", "--quiet", "--package", "integration-tests"]);
        failover.args(["--bin", "failover", "--", "run"]);
        failover.arg("--program").arg(program()?);
        failover.arg("--postgres").arg(postgres);
        failover.arg("--packages").arg(packages);
        failover.args(["--kills", &self.kills.to_string()]);
        failover.args(["--seed", &self.seed.to_string()]);
        failover.args(self.keep.then_some("--keep"));
        shell_run(failover.arg("--document").arg(root().join(DOCUMENT)))
    }
}

fn postgres() -> Result<PathBuf, Failure> {
    let folder = Programs::found_or_installed()?.folder;
    let mut needed = NEEDED.iter();
    match needed.find(|name| !folder.join(name).is_file()) {
        None => Ok(folder),
        Some(name) => Err(Failure(format!(
            "{} has no {name}, which Patroni needs; put the folder of a whole PostgreSQL into PATH",
            folder.display()
        ))),
    }
}

/// A folder with the packages of what is not in `PATH`. They are unpacked for the run and not installed, so that no
/// service of theirs starts.
fn packages() -> Result<PathBuf, Failure> {
    let is_here = |program: &str| succeeds(command(program).arg("--version"));
    let missing = PACKAGES.iter().filter(|(_, program)| !is_here(program));
    let missing: Vec<&str> = missing.map(|(package, _)| *package).collect();
    if missing.contains(&"patroni") && !Path::new(PYTHON).exists() {
        return Err(Failure(format!(
            "Debian's Patroni is run by {PYTHON}, which is not here; install python3"
        )));
    }
    debian::packages("failover-packages", &missing)
}

fn program() -> Result<PathBuf, Failure> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .map_err(|error| Failure(format!("`cargo metadata` failed: {error}")))?;
    let target = metadata.target_directory.into_std_path_buf();
    Ok(target.join("release/kobling"))
}
