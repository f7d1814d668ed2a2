//! The integration tests once more, on PostgreSQL instead of the embedded engine.

/// Tells the integration tests which engine they run on; without it, the embedded one.
pub(crate) const ENGINE: &str = "TEST_ENGINE";

/// The package, and what else both runners are told.
const TESTS: &[&str] = &["--package", "integration-tests", "--no-fail-fast"];

/// Modules about the embedded engine's file, and modules that are the same in both runs. Everything else runs on both
/// engines.
const NOT_AGAIN: &[&str] = &[
    // Backups are copies of the file; a server is backed up by its own tools.
    "commands::backup::",
    // Between files and a server in the first run.
    "commands::copy::",
    // What is looked at is the file and its folder; database_trouble::doctor looks at a server.
    "commands::doctor::",
    // A file of an earlier version; the engine's own tests bring older schemas on a server up to date.
    "commands::older_schema::",
    // Settings of every origin, among them which database: the tests name it themselves.
    "configuration::",
    // On servers of its own in the first run.
    "database_trouble::",
    // The pages that are executed speak of a file.
    "documents::examples::",
    // On PostgreSQL in the first run: a file has no second node.
    "nodes::",
    // The dashboard and the alerts ask for figures of the file and its disk too.
    "observability::deployment::",
    // Pages of the file are overwritten, or it is cut off.
    "trouble::damage::",
    // The write-ahead log beside the file is overwritten.
    "trouble::damaged_log::",
    // The disk that holds the file is full.
    "trouble::disk_full::",
    // Another program holds the lock of the file.
    "trouble::held::",
    // The file is deleted, moved away or replaced.
    "trouble::moved::",
    // The file, its folder or its disk is read-only.
    "trouble::read_only::",
    // The key lies beside the file; nodes::root_key is about one that is given.
    "trouble::root_key::",
];

/// The arguments for cargo, with cargo-nextest or without it.
pub(crate) fn arguments(has_nextest: bool) -> Vec<String> {
    let start: &[&str] = if has_nextest {
        &["nextest", "run"]
    } else {
        &["test", "--tests"]
    };
    let words = start.iter().chain(TESTS).map(|&word| word.to_owned());
    words.chain(exclusions(has_nextest)).collect()
}

fn exclusions(has_nextest: bool) -> Vec<String> {
    if has_nextest {
        let modules = NOT_AGAIN.iter();
        let modules: Vec<String> = modules.map(|module| format!("test(/^{module}/)")).collect();
        return vec!["-E".to_owned(), format!("not ({})", modules.join(" or "))];
    }
    let skips = NOT_AGAIN.iter().flat_map(|module| ["--skip", module]);
    std::iter::once("--")
        .chain(skips)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::root;

    #[test]
    fn nextest_gets_one_filter() {
        let words = arguments(true);
        assert_eq!(
            words[..6],
            [
                "nextest",
                "run",
                "--package",
                "integration-tests",
                "--no-fail-fast",
                "-E"
            ]
        );
        assert_eq!(words.len(), 7);
        assert!(
            words[6].starts_with("not (test(/^commands::backup::/) or test(/^"),
            "{words:?}"
        );
    }

    #[test]
    fn cargo_test_skips_each_module() {
        let line = arguments(false).join(" ");
        let start = "test --tests --package integration-tests --no-fail-fast -- --skip commands::backup:: --skip ";
        assert!(line.starts_with(start), "{line}");
    }

    #[test]
    fn each_module_that_is_left_out_is_there() {
        for module in NOT_AGAIN {
            let file = module.trim_end_matches("::").replace("::", "/");
            let path = root().join("crates/integration-tests/tests/it").join(file);
            let is_there = path.is_dir() || path.with_extension("rs").is_file();
            assert!(is_there, "{}", path.display());
        }
    }
}
