//! Debian's packages as files: for programs that are unpacked where they are used. Nothing is installed, so no service of
//! theirs starts, and nobody has to be the superuser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{Failure, command, root, run};
use crate::tools::as_root;

/// Downloads these and what they need beyond what is installed into `target/tools/<name>`.
pub(crate) fn packages(name: &str, packages: &[&str]) -> Result<PathBuf, Failure> {
    let folder = root().join("target/tools").join(name);
    if packages.is_empty() && folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| unusable(&folder, &error))?;
    }
    fs::create_dir_all(folder.join("partial")).map_err(|error| unusable(&folder, &error))?;
    if packages.is_empty() {
        return Ok(folder);
    }
    let download = || {
        // What is there in a version that Debian has no more.
        run(apt_get(&folder).arg("autoclean"))?;
        let mut download = apt_get(&folder);
        download.args(["install", "--download-only", "--no-install-recommends"]);
        run(download.args(packages))
    };
    let with_new_lists = |_| {
        run(&mut as_root(&["apt-get", "update", "--quiet"]))?;
        download()
    };
    download().or_else(with_new_lists).map_err(|failure| {
        Failure(format!(
            "{failure}\nInstall what Debian has in {}, so that its programs are in PATH",
            packages.join(", ")
        ))
    })?;
    Ok(folder)
}

fn apt_get(archives: &Path) -> Command {
    let mut apt_get = command("apt-get");
    apt_get.args(["--quiet", "--yes", "-o", "Debug::NoLocking=true", "-o"]);
    apt_get.arg(format!("Dir::Cache::archives={}", archives.display()));
    apt_get
}

fn unusable(folder: &Path, error: &std::io::Error) -> Failure {
    Failure(format!("cannot use {}: {error}", folder.display()))
}
