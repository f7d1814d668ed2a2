//! Rules for Rust files. Functions over 70 lines are clippy's matter.

use super::TextFile;

const FILE_LINES_MAX: usize = 400;

/// Files that may be longer, with the reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Attributes that switch a check off, and what to do instead. They are put together here so that this file passes.
const ATTRIBUTES: &[(&str, &str)] = &[
    (
        concat!("#[", "ignore"),
        "no ignored tests: assert the present behaviour with a note, or remove it",
    ),
    (
        concat!("#[", "allow("),
        "use #[expect(..., reason = \"...\")]",
    ),
    (
        concat!("#![", "allow("),
        "use #![expect(..., reason = \"...\")]",
    ),
];

pub(super) fn check(file: &TextFile) -> Vec<String> {
    let mut problems = too_long(file, LONG_FILES);
    problems.extend(switched_off(file));
    problems.extend(no_opening(file));
    problems
}

fn too_long(file: &TextFile, accepted: &[(&str, &str)]) -> Vec<String> {
    let lines = file.text.lines().count();
    if lines <= FILE_LINES_MAX || accepted.iter().any(|(path, _)| *path == file.path) {
        return Vec::new();
    }
    vec![file.problem(
        lines,
        &format!("{lines} lines, at most {FILE_LINES_MAX}: split the file"),
    )]
}

fn switched_off(file: &TextFile) -> Vec<String> {
    let mut problems = Vec::new();
    for (number, line) in file.lines() {
        for (attribute, instead) in ATTRIBUTES {
            if line.trim_start().starts_with(attribute) {
                problems.push(file.problem(number, instead));
            }
        }
    }
    problems
}

/// A crate opens with what it owns and what it must not know.
fn no_opening(file: &TextFile) -> Vec<String> {
    let is_opening = file.path.ends_with("/src/lib.rs") || file.path.ends_with("/src/main.rs");
    let documented = file
        .text
        .lines()
        .take_while(|line| line.starts_with("//!"))
        .count();
    if !is_opening || documented >= 2 {
        return Vec::new();
    }
    vec![file.problem(
        1,
        "open with two lines of `//!` or more: what the crate owns, must not know",
    )]
}

#[cfg(test)]
mod tests {
    use super::super::text_file;
    use super::*;

    #[test]
    fn a_long_file_is_refused_unless_it_is_listed() {
        let long = text_file("crates/api/src/long.rs", &"\n".repeat(FILE_LINES_MAX + 1));
        assert_eq!(
            too_long(&long, &[]),
            ["crates/api/src/long.rs:401: 401 lines, at most 400: split the file"]
        );
        assert!(too_long(&long, &[("crates/api/src/long.rs", "a table")]).is_empty());
        let short = text_file("short.rs", &"\n".repeat(FILE_LINES_MAX));
        assert!(too_long(&short, &[]).is_empty());
    }

    #[test]
    fn attributes_that_switch_checks_off_are_refused() {
        for (attribute, _) in ATTRIBUTES {
            let file = text_file(
                "a.rs",
                &format!("fn a() {{}}\n    {attribute}dead_code)]\n"),
            );
            let problems = switched_off(&file);
            assert_eq!(problems.len(), 1, "{attribute}");
            assert!(problems[0].starts_with("a.rs:2: "), "{problems:?}");
        }
        assert!(switched_off(&text_file("a.rs", "#[expect(dead_code)]\n")).is_empty());
    }

    #[test]
    fn a_crate_must_open_with_two_lines() {
        assert_eq!(
            no_opening(&text_file("crates/a/src/lib.rs", "//! a\nfn a() {}\n")).len(),
            1
        );
        assert_eq!(
            no_opening(&text_file("crates/a/src/main.rs", "fn main() {}\n")).len(),
            1
        );
        assert!(no_opening(&text_file("crates/a/src/lib.rs", "//! a\n//! b\n")).is_empty());
        assert!(no_opening(&text_file("crates/a/src/b.rs", "")).is_empty());
    }
}
