//! Where the workspace and its programs lie.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result, While};

/// The folder of the workspace that one stands in; worktrees may share a target folder, and with it this program.
pub(crate) fn root() -> Result<PathBuf> {
    let here = std::env::current_dir().while_doing("the current folder")?;
    let is_root = |folder: &&Path| folder.join("crates/benchmarks/Cargo.toml").is_file();
    let root = here.ancestors().find(is_root).map(Path::to_owned);
    root.while_doing("the workspace; run `cargo xtask bench` inside it")
}

/// This program, which is also the floors.
pub(crate) fn benchmarks() -> Result<PathBuf> {
    std::env::current_exe().while_doing("the path of this program")
}

/// The folder of the release programs.
fn release_folder() -> Result<PathBuf> {
    let folder = benchmarks()?.parent().map(Path::to_owned);
    folder.while_doing("the folder of this program")
}

/// The release binary, which `cargo xtask bench` has built before.
pub(crate) fn kobling() -> Result<PathBuf> {
    let path = release_folder()?.join("kobling");
    if path.is_file() {
        return Ok(path);
    }
    let advice = "run `cargo xtask bench`, or `cargo build --release --package server` first";
    Err(Failure(format!("there is no release binary: {advice}")))
}

/// A folder for databases, on the file system of the target folder; it is removed when the run ends.
pub(crate) fn scratch() -> Result<tempfile::TempDir> {
    let release = release_folder()?;
    let target = release.parent().unwrap_or(&release);
    tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(target)
        .while_doing("a folder for the databases")
}
