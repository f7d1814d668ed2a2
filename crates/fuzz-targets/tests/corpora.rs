//! What is committed for the fuzzers holds its promises in every run of the tests, so that it never rots.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fuzz_targets::TARGETS;

/// All seeds and corpora together, in bytes.
const SIZE_MAX: u64 = 300 * 1024;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn names(folder: &str) -> BTreeSet<String> {
    let names = files(&fuzz().join(folder)).into_iter();
    names
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_seed_and_every_find_keeps_the_promises() {
    let mut size = 0;
    for target in TARGETS {
        for kind in ["seeds", "corpus"] {
            let files = files(&fuzz().join(kind).join(target.name));
            assert!(
                files.len() >= 5,
                "only {} {kind} of {}",
                files.len(),
                target.name
            );
            for file in files {
                let bytes = fs::read(&file).unwrap();
                size += bytes.len() as u64;
                // A failing test shows what was printed: the file that broke the promise.
                println!("{}", file.display());
                (target.run)(&bytes);
            }
        }
    }
    assert!(size <= SIZE_MAX, "{size} bytes are more than {SIZE_MAX}");
}

#[test]
fn every_target_has_its_fuzzer_and_its_folders() {
    let targets: BTreeSet<String> = TARGETS
        .iter()
        .map(|target| target.name.to_owned())
        .collect();
    for folder in ["fuzz_targets", "seeds", "corpus"] {
        assert_eq!(names(folder), targets, "fuzz/{folder}");
    }
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for target in targets {
        assert!(
            manifest.contains(&format!("name = \"{target}\"")),
            "{target}"
        );
    }
}
