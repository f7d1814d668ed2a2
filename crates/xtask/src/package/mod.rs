//! `cargo xtask package`: the Debian package and its bill of materials in `target/package`, and a try of the package.
//!
//! Nothing of the machine is to stand in them: the time is that of the commit, and paths are as if they were the same
//! everywhere.

mod trial;
mod unit;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{Failure, Outcome, cargo, command, output, root, run as shell_run, succeeds};
use crate::tools;

/// Where everything is put.
const FOLDER: &str = "target/package";
/// The bill of materials, as CycloneDX has it.
const MATERIALS: &str = "kobling.cdx";

pub(crate) fn run() -> Outcome {
    let folder = root().join(FOLDER);
    empty(&folder)?;
    let built = Built::of_this_commit()?;
    shell_run(&mut built.reproducible(cargo(&[
        "build",
        "--release",
        "--locked",
        "--package",
        "server",
    ])))?;
    pages_and_completions(&built, &folder)?;
    let package = debian_package(&built, &folder)?;
    bill_of_materials(&built, &folder)?;
    lint(&package)?;
    unit::check()?;
    trial::run(&package, &folder)?;
    let sums = output(command("sha256sum").args([&package, &built.program()]))?;
    print!("{sums}");
    Ok(())
}

/// How it is built.
struct Built {
    /// Seconds since 1970 of the commit.
    epoch: String,
    /// Where cargo puts what it builds.
    target: PathBuf,
    /// Where cargo keeps the sources of libraries.
    cargo_home: PathBuf,
}

impl Built {
    fn of_this_commit() -> Result<Self, Failure> {
        let epoch = output(command("git").args(["log", "-1", "--format=%ct"]))?;
        let metadata = cargo_metadata::MetadataCommand::new()
            .manifest_path(root().join("Cargo.toml"))
            .no_deps()
            .exec()
            .map_err(|error| Failure(format!("`cargo metadata` failed: {error}")))?;
        Ok(Self {
            epoch: epoch.trim().to_owned(),
            target: metadata.target_directory.into_std_path_buf(),
            cargo_home: cargo_home(),
        })
    }

    fn program(&self) -> PathBuf {
        self.target.join("release/kobling")
    }

    /// For Rust and for the C of SQLite and aws-lc: paths as if they were the same everywhere.
    fn reproducible(&self, mut command: Command) -> Command {
        let places = [
            (self.target.as_path(), "/target"),
            (root(), "/kobling"),
            (self.cargo_home.as_path(), "/cargo"),
        ];
        let rust = places.map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
        let c = places.map(|(from, to)| format!("-ffile-prefix-map={}={to}", from.display()));
        command
            .env("SOURCE_DATE_EPOCH", &self.epoch)
            .env("CARGO_ENCODED_RUSTFLAGS", rust.join("\u{1f}"))
            .env("CFLAGS", c.join(" "))
            .env("CARGO_INCREMENTAL", "0");
        command
    }
}

/// As cargo finds it: `$CARGO_HOME`, or `.cargo` in the home folder.
fn cargo_home() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "where cargo lies is no setting of the product"
    )]
    let given = env::var_os("CARGO_HOME").map(PathBuf::from);
    given.unwrap_or_else(|| env::home_dir().unwrap_or_default().join(".cargo"))
}

fn empty(folder: &Path) -> Outcome {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| unusable(folder, &error))?;
    }
    fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))
}

/// What the built program writes about itself, where the package's list of files looks for it.
fn pages_and_completions(built: &Built, folder: &Path) -> Outcome {
    let program = built.program();
    let (pages, completions) = (folder.join("man"), folder.join("completions"));
    fs::create_dir_all(&completions).map_err(|error| unusable(&completions, &error))?;
    shell_run(command(&program).args(["man", "--to"]).arg(&pages))?;
    for (shell, name) in [
        ("bash", "kobling"),
        ("zsh", "_kobling"),
        ("fish", "kobling.fish"),
    ] {
        let text = output(command(&program).args(["completions", shell]))?;
        let path = completions.join(name);
        fs::write(&path, text).map_err(|error| unusable(&path, &error))?;
    }
    Ok(())
}

/// Packs what is built already.
fn debian_package(built: &Built, folder: &Path) -> Result<PathBuf, Failure> {
    let mut pack = command(tools::cargo_deb()?);
    pack.args(["--package", "server", "--no-build", "--strip", "--output"])
        .arg(folder)
        .env("CARGO_TARGET_DIR", &built.target);
    shell_run(&mut built.reproducible(pack))?;
    let entries = fs::read_dir(folder).map_err(|error| unusable(folder, &error))?;
    let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let is_package = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "deb");
    paths
        .find(is_package)
        .ok_or_else(|| Failure("cargo-deb made no package".to_owned()))
}

/// cargo-cyclonedx writes beside the manifest of every crate; that of the binary is kept, without paths of the machine.
fn bill_of_materials(built: &Built, folder: &Path) -> Outcome {
    let mut write = command(tools::cargo_cyclonedx()?);
    write.args([
        "cyclonedx",
        "--quiet",
        "--manifest-path",
        "crates/server/Cargo.toml",
        "--format",
        "json",
        "--spec-version",
        "1.5",
        "--no-build-deps",
        "--override-filename",
        MATERIALS,
    ]);
    shell_run(&mut built.reproducible(write))?;
    let crates = root().join("crates");
    let entries = fs::read_dir(&crates).map_err(|error| unusable(&crates, &error))?;
    let name = format!("{MATERIALS}.json");
    for entry in entries.flatten() {
        let written = entry.path().join(&name);
        let Ok(text) = fs::read_to_string(&written) else {
            continue;
        };
        fs::remove_file(&written).map_err(|error| unusable(&written, &error))?;
        if entry.file_name() == "server" {
            let text = text.replace(&root().display().to_string(), "/kobling");
            let kept = folder.join(&name);
            fs::write(&kept, text).map_err(|error| unusable(&kept, &error))?;
        }
    }
    Ok(())
}

/// Debian's own check, where it is installed. One tag is not for us: the package goes into no archive whose bugs it
/// could close.
fn lint(package: &Path) -> Outcome {
    if !succeeds(command("lintian").arg("--version")) {
        println!("lintian is not installed, so the package is not held against Debian's policy");
        return Ok(());
    }
    let mut lint = command("lintian");
    lint.args(["--fail-on", "error,warning", "--allow-root"]);
    lint.args(["--suppress-tags", "initial-upload-closes-no-bugs"]);
    shell_run(lint.arg(package))
}

fn unusable(path: &Path, error: &std::io::Error) -> Failure {
    Failure(format!("{} cannot be used: {error}", path.display()))
}
