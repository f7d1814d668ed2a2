//! The systemd unit: what it says, and whether systemd finds it sound.

use std::fs;

use crate::shell::{Failure, Outcome, command, root, run as shell_run, succeeds};

pub(super) const PATH: &str = "deploy/systemd/kobling.service";
/// On systemd's scale of 0 to 100, where an unguarded service has 96.
const EXPOSURE_MAX: &str = "--threshold=15";

/// The values of a key in the unit, in their order.
pub(super) fn values(text: &str, key: &str) -> Vec<String> {
    let pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs
        .filter(|(given, _)| *given == key)
        .map(|(_, value)| value.to_owned())
        .collect()
}

pub(super) fn text() -> Result<String, Failure> {
    fs::read_to_string(root().join(PATH))
        .map_err(|error| Failure(format!("{PATH} cannot be read: {error}")))
}

/// systemd's own look at how well the service is shut in, where systemd is installed.
pub(super) fn check() -> Outcome {
    if !succeeds(command("systemd-analyze").arg("--version")) {
        println!("systemd is not installed, so the unit is not held against its checks");
        return Ok(());
    }
    shell_run(command("systemd-analyze").args([
        "security",
        "--offline=yes",
        "--no-pager",
        EXPOSURE_MAX,
        PATH,
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> String {
        fs::read_to_string(root().join(path)).unwrap()
    }

    #[test]
    fn the_unit_names_what_the_package_installs() {
        let (unit, manifest) = (text().unwrap(), file("crates/server/Cargo.toml"));
        let start = values(&unit, "ExecStart").join("");
        assert!(start.starts_with("/usr/bin/kobling serve "), "{start}");
        assert!(manifest.contains("[\"target/release/kobling\", \"usr/bin/\", \"755\"]"));
        let settings = values(&unit, "EnvironmentFile").join("");
        assert_eq!(settings, "/etc/kobling/kobling.env");
        assert!(manifest.contains("[\"../../deploy/debian/kobling.env\", \"etc/kobling/\""));
        assert!(manifest.contains(&format!("conf-files = [\"{settings}\"]")));
        for script in ["postinst", "postrm"] {
            assert!(file(&format!("deploy/debian/{script}")).contains("#DEBHELPER#"));
        }
        assert!(file("deploy/debian/postinst").contains("/etc/kobling/root.key"));
        assert_eq!(
            values(&unit, "LoadCredential"),
            ["root.key:/etc/kobling/root.key"]
        );
    }

    #[test]
    fn every_setting_is_one_that_the_program_reads() {
        let reference = file("docs/configuration.md");
        for path in [
            "deploy/debian/kobling.env",
            "deploy/container/Containerfile",
        ] {
            let text = file(path);
            let words = text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
            let mut names = words.filter(|word| word.starts_with("KOBLING_")).peekable();
            assert!(names.peek().is_some(), "{path}");
            for name in names {
                assert!(reference.contains(&format!("`{name}`")), "{path}: {name}");
            }
        }
    }

    #[test]
    fn the_container_copies_what_is_built() {
        let text = file("deploy/container/Containerfile");
        assert!(text.contains("--package server"));
        assert!(text.contains("/src/target/release/kobling /usr/bin/kobling"));
        assert!(text.contains("ENTRYPOINT [\"/usr/bin/kobling\"]"));
        assert!(text.contains("\nUSER 65532:65532\n"));
        let toolchain = file("rust-toolchain.toml");
        assert!(toolchain.contains("channel = \"1.95.0\""));
        assert!(text.contains("FROM docker.io/library/rust:1.95-"));
    }

    #[test]
    fn the_version_of_the_package_is_that_of_the_workspace() {
        let manifest = file("Cargo.toml");
        let version = values(&manifest.replace(" = ", "="), "version").remove(0);
        let version = version.trim_matches('"');
        let changes = file("deploy/debian/changelog");
        assert!(
            changes.starts_with(&format!("kobling ({version}-1) ")),
            "{version}"
        );
    }
}
