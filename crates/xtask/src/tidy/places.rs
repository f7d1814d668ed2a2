//! Rules for every file: no leftovers, and nothing about the machine that it was written on.
//!
//! The words are put together from parts so that this file passes.

use super::TextFile;

const LEFTOVERS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

/// Folders of somebody's machine, and package registries other than the public ones.
const MACHINE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("arti", "factory"),
];

pub(super) fn check(file: &TextFile) -> Vec<String> {
    let mut problems = Vec::new();
    for (number, line) in file.lines() {
        for word in LEFTOVERS.iter().filter(|word| has_word(line, word)) {
            problems
                .push(file.problem(number, &format!("leftover {word}: do it, or open an issue")));
        }
        let lower = line.to_lowercase();
        for place in MACHINE.iter().filter(|place| lower.contains(**place)) {
            problems.push(file.problem(number, &format!("`{place}` is a place of one machine")));
        }
    }
    problems
}

/// Whether the word stands alone, and is not a part of another.
fn has_word(line: &str, word: &str) -> bool {
    let mut words = line.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.any(|each| each == word)
}

#[cfg(test)]
mod tests {
    use super::super::text_file;
    use super::*;

    #[test]
    fn leftovers_are_refused() {
        for word in LEFTOVERS {
            let file = text_file("a.rs", &format!("// fine\n// {word}: later\n"));
            let problems = check(&file);
            assert_eq!(problems.len(), 1, "{word}");
            assert!(problems[0].starts_with("a.rs:2: "), "{problems:?}");
        }
    }

    #[test]
    fn a_part_of_a_word_is_no_leftover() {
        let part = format!("MY_{}S {}X", LEFTOVERS[0], LEFTOVERS[2]);
        assert!(check(&text_file("a.md", &part)).is_empty());
    }

    #[test]
    fn places_of_one_machine_are_refused() {
        for place in MACHINE {
            let file = text_file("a.toml", &format!("path = \"https://a{place}b\"\n"));
            assert_eq!(check(&file).len(), 1, "{place}");
        }
        assert!(check(&text_file("a.md", "the network and the roots\n")).is_empty());
    }
}
