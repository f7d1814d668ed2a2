//! Rules for the crates' manifests: what the workspace says once is inherited.

use super::TextFile;

const INHERITED: &[&str] = &["version", "edition", "license"];

pub(super) fn check(file: &TextFile) -> Vec<String> {
    let is_crate = file.path.starts_with("crates/") && file.path.ends_with("/Cargo.toml");
    if is_crate {
        not_inherited(file)
    } else {
        Vec::new()
    }
}

fn not_inherited(file: &TextFile) -> Vec<String> {
    let mut problems = Vec::new();
    for key in INHERITED {
        if !section(file, "[package]").any(|line| line == format!("{key}.workspace = true")) {
            problems.push(file.problem(1, &format!("[package] must say `{key}.workspace = true`")));
        }
    }
    if !section(file, "[lints]").any(|line| line == "workspace = true") {
        problems.push(file.problem(1, "[lints] must say `workspace = true`"));
    }
    problems
}

/// The lines between a section's heading and the next.
fn section<'file>(file: &'file TextFile, heading: &'file str) -> impl Iterator<Item = &'file str> {
    let from = file
        .text
        .lines()
        .map(str::trim)
        .skip_while(move |line| *line != heading)
        .skip(1);
    from.take_while(|line| !line.starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::super::text_file;
    use super::*;

    const GOOD: &str = "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\n\
        license.workspace = true\n\n[lints]\nworkspace = true\n";

    #[test]
    fn a_manifest_that_inherits_passes() {
        assert_eq!(
            check(&text_file("crates/a/Cargo.toml", GOOD)),
            Vec::<String>::new()
        );
    }

    #[test]
    fn each_thing_that_is_not_inherited_is_named() {
        for line in GOOD.lines().filter(|line| line.contains("workspace")) {
            let bad = text_file("crates/a/Cargo.toml", &GOOD.replacen(line, "", 1));
            assert!(!check(&bad).is_empty(), "{line}");
        }
        let nothing = text_file("crates/a/Cargo.toml", "[package]\nname = \"a\"\n");
        assert_eq!(check(&nothing).len(), 4);
    }

    #[test]
    fn the_right_line_in_the_wrong_section_does_not_count() {
        let bad = text_file("crates/a/Cargo.toml", &GOOD.replace("[lints]", "[other]"));
        assert_eq!(check(&bad).len(), 1);
    }

    #[test]
    fn the_root_manifest_is_another_matter() {
        assert_eq!(
            check(&text_file("Cargo.toml", "[workspace]\n")),
            Vec::<String>::new()
        );
    }
}
