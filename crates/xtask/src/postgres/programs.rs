//! PostgreSQL's programs: found, or installed as Debian's package.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{Failure, output};
use crate::tools;

/// The oldest version that the project promises to run on.
const VERSION_MIN: u32 = 15;

/// What a folder must hold to be used: all from one place, so that they are of one version.
const NEEDED: &[&str] = &["initdb", "postgres", "pg_isready"];

/// Where Debian puts the versions, each in a folder of its own with `bin` in it; none of them is in `PATH`.
const DEBIAN: &str = "/usr/lib/postgresql";

/// A folder of PostgreSQL's programs, and the major version that they are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Programs {
    pub(crate) folder: PathBuf,
    pub(super) version: u32,
}

impl Programs {
    pub(crate) fn found_or_installed() -> Result<Self, Failure> {
        if let Some(programs) = found() {
            return Ok(programs);
        }
        println!("PostgreSQL {VERSION_MIN} or later is not here: installing it");
        tools::postgresql().map_err(|failure| {
            Failure(format!(
                "{failure}\nThe tests need PostgreSQL {VERSION_MIN} or later: install it, so that initdb is in PATH or \
                 below {DEBIAN}"
            ))
        })?;
        found().ok_or_else(|| {
            Failure(format!(
                "what was installed is not PostgreSQL {VERSION_MIN} or later with {}; put the folder of such a one \
                 into PATH",
                NEEDED.join(", ")
            ))
        })
    }
}

pub(super) fn found() -> Option<Programs> {
    chosen(
        all_of(in_path()).collect(),
        all_of(debians(Path::new(DEBIAN))).collect(),
    )
}

/// The first in `PATH`, which somebody has put there, else the highest of Debian's.
fn chosen(in_path: Vec<Programs>, debians: Vec<Programs>) -> Option<Programs> {
    let is_enough = |programs: &Programs| programs.version >= VERSION_MIN;
    let first = in_path.into_iter().find(is_enough);
    let highest = debians.into_iter().filter(is_enough);
    first.or_else(|| highest.max_by_key(|programs| programs.version))
}

fn all_of(folders: Vec<PathBuf>) -> impl Iterator<Item = Programs> {
    folders.into_iter().filter_map(|folder| {
        let is_whole = NEEDED.iter().all(|name| folder.join(name).is_file());
        let version = is_whole.then(|| version_of(&folder)).flatten()?;
        Some(Programs { folder, version })
    })
}

/// The folders in which the `initdb` of `PATH` really lie: a link to it says nothing of the programs beside it.
fn in_path() -> Vec<PathBuf> {
    let folders = search_path();
    let initdbs = std::env::split_paths(&folders).map(|folder| folder.join("initdb"));
    let real = initdbs.filter_map(|initdb| fs::canonicalize(initdb).ok());
    real.filter_map(|initdb| Some(initdb.parent()?.to_owned()))
        .collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "where the shell finds programs is no setting of the product"
)]
pub(super) fn search_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

fn debians(folder: &Path) -> Vec<PathBuf> {
    let versions = fs::read_dir(folder).into_iter().flatten().flatten();
    versions.map(|entry| entry.path().join("bin")).collect()
}

fn version_of(folder: &Path) -> Option<u32> {
    let program = folder.join("postgres");
    version(&output(std::process::Command::new(program).arg("--version")).ok()?)
}

/// Reads the 15 of `postgres (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)`, the 19 of `postgres (PostgreSQL) 19beta1`.
fn version(told: &str) -> Option<u32> {
    let number = told.strip_prefix("postgres (PostgreSQL) ")?;
    let end = number.find(|letter: char| !letter.is_ascii_digit());
    number.get(..end.unwrap_or(number.len()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn programs(folder: &str, version: u32) -> Programs {
        Programs {
            folder: PathBuf::from(folder),
            version,
        }
    }

    #[test]
    fn versions_are_read() {
        let debian = "postgres (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)\n";
        assert_eq!(version(debian), Some(15));
        assert_eq!(version("postgres (PostgreSQL) 19beta1\n"), Some(19));
        assert_eq!(version("postgres (PostgreSQL) 18"), Some(18));
        for other in ["", "postgres (PostgreSQL) devel", "postgres 15.8", "15.8"] {
            assert_eq!(version(other), None, "{other}");
        }
    }

    #[test]
    fn path_goes_before_a_higher_version_of_debian() {
        let ours = chosen(vec![programs("/opt", 16)], vec![programs("/usr", 18)]);
        assert_eq!(ours, Some(programs("/opt", 16)));
    }

    #[test]
    fn of_debians_the_highest_is_taken_by_number() {
        let debians = vec![programs("/9", 9), programs("/17", 17), programs("/15", 15)];
        assert_eq!(chosen(Vec::new(), debians), Some(programs("/17", 17)));
    }

    #[test]
    fn an_old_version_is_passed_over() {
        let old = vec![programs("/opt", 14)];
        let debians = vec![programs("/usr", 15)];
        assert_eq!(chosen(old.clone(), debians), Some(programs("/usr", 15)));
        assert_eq!(chosen(old.clone(), old), None);
    }

    fn put(folder: &Path, name: &str, version: u32) {
        fs::create_dir_all(folder).unwrap();
        let program = folder.join(name);
        let text = format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}.1'\n");
        fs::write(&program, text).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn a_folder_that_lacks_a_program_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let (whole, part) = (folder.path().join("15/bin"), folder.path().join("16/bin"));
        for name in NEEDED {
            put(&whole, name, 15);
        }
        put(&part, "postgres", 16);
        symlink(whole.join("initdb"), part.join("initdb")).unwrap();
        let found: Vec<Programs> = all_of(debians(folder.path())).collect();
        let expected = Programs {
            folder: whole,
            version: 15,
        };
        assert_eq!(found, [expected]);
    }
}
