//! `cargo xtask fuzz`: libFuzzer over the targets of `crates/fuzz-targets`, guided by coverage.
//!
//! No sanitizer, so that the stable compiler will do: there is no `unsafe` of ours that one could watch, and a broken
//! promise panics by itself. New finds go to `target/fuzz/corpus`; `--keep` carries those that reach something new over
//! into `fuzz/corpus`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::shell::{Failure, Outcome, command, root, run as shell_run};
use crate::tools;

/// Longest input in bytes: enough for every limit that a target knows but that of the whole body.
const BYTES_MAX: u32 = 4_096;

/// Longest find in bytes that is kept: most of what longer ones reach, shorter ones reach as well.
const KEPT_BYTES_MAX: u64 = 512;

#[derive(Args, Debug)]
pub(crate) struct Fuzz {
    /// The target; without it, all of them
    target: Option<String>,
    /// How long each target runs
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Do not fuzz: keep what earlier runs found, where it reaches something new
    #[arg(long)]
    keep: bool,
}

impl Fuzz {
    pub(crate) fn run(&self) -> Outcome {
        let targets = targets()?;
        let chosen: Vec<&String> = match &self.target {
            Some(name) => targets.iter().filter(|target| *target == name).collect(),
            None => targets.iter().collect(),
        };
        if chosen.is_empty() {
            return Err(Failure(format!(
                "there is no such target; there are {}",
                targets.join(", ")
            )));
        }
        let program = tools::cargo_fuzz()?;
        for target in chosen {
            let folders = Folders::of(target)?;
            if self.keep {
                keep(&program, target, &folders)?;
            } else {
                let time = format!("-max_total_time={}", self.seconds);
                let length = format!("-max_len={BYTES_MAX}");
                let read = [&folders.found, &folders.kept, &folders.seeds];
                let mut fuzz = cargo_fuzz(&program, target, &read);
                shell_run(fuzz.args([time, length, "-print_final_stats=1".to_owned()]))?;
            }
        }
        Ok(())
    }
}

/// What a target reads and writes.
struct Folders {
    /// Written down by hand, from the examples and the tables of bad input.
    seeds: PathBuf,
    /// Found by fuzzing and committed.
    kept: PathBuf,
    /// Found on this machine.
    found: PathBuf,
}

impl Folders {
    fn of(target: &str) -> Result<Self, Failure> {
        let folders = Self {
            seeds: root().join("fuzz/seeds").join(target),
            kept: root().join("fuzz/corpus").join(target),
            found: root().join("target/fuzz/corpus").join(target),
        };
        for folder in [&folders.seeds, &folders.kept, &folders.found] {
            fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
        }
        Ok(folders)
    }
}

/// Minimises: from all that is known, few inputs that together reach everything, and of these the short ones.
fn keep(program: &Path, target: &str, folders: &Folders) -> Outcome {
    let before = folders.kept.with_extension("before");
    fs::rename(&folders.kept, &before).map_err(|error| unusable(&folders.kept, &error))?;
    fs::create_dir(&folders.kept).map_err(|error| unusable(&folders.kept, &error))?;
    let read = [&folders.kept, &before, &folders.found];
    shell_run(cargo_fuzz(program, target, &read).arg("-set_cover_merge=1"))?;
    remove_long(&folders.kept).map_err(|error| unusable(&folders.kept, &error))?;
    fs::remove_dir_all(&before).map_err(|error| unusable(&before, &error))
}

fn remove_long(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.metadata()?.len() > KEPT_BYTES_MAX {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// The first folder is the one that is written to.
fn cargo_fuzz(program: &Path, target: &str, folders: &[&PathBuf]) -> Command {
    let mut fuzz = command(program);
    fuzz.args([
        "fuzz",
        "run",
        "--sanitizer",
        "none",
        "--target-dir",
        "target/fuzz",
        target,
    ]);
    fuzz.args(folders).arg("--");
    fuzz
}

/// The names of the files in `fuzz/fuzz_targets`.
fn targets() -> Result<Vec<String>, Failure> {
    let folder = root().join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder).map_err(|error| unusable(&folder, &error))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut names: Vec<String> = paths
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

fn unusable(path: &Path, error: &std::io::Error) -> Failure {
    Failure(format!("{} cannot be used: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_targets_are_the_files() {
        let targets = targets().unwrap();
        assert!(targets.contains(&"event_body".to_owned()), "{targets:?}");
    }

    #[test]
    fn an_unknown_target_is_told_with_those_there_are() {
        let fuzz = Fuzz {
            target: Some("nothing".to_owned()),
            seconds: 1,
            keep: false,
        };
        let failure = fuzz.run().unwrap_err();
        assert!(failure.0.contains("there are authorization"), "{failure}");
    }
}
