//! `cargo xtask generate`: the files that the program writes about itself.

use std::fs;

use crate::picture;
use crate::shell::{Failure, Outcome, kobling, line, output, root};

/// A committed file and where it comes from.
struct Generated {
    path: &'static str,
    source: Source,
}

enum Source {
    /// The standard output of `kobling` with these arguments.
    Output(&'static [&'static str]),
    /// What `kobling demo` shows on a terminal.
    Demo,
}

const GENERATED: &[Generated] = &[
    Generated {
        path: "openapi/v1.json",
        source: Source::Output(&["openapi"]),
    },
    Generated {
        path: "docs/commands.md",
        source: Source::Output(&["reference"]),
    },
    Generated {
        path: "docs/api.md",
        source: Source::Output(&["reference", "api"]),
    },
    Generated {
        path: "docs/errors.md",
        source: Source::Output(&["reference", "errors"]),
    },
    Generated {
        path: "docs/configuration.md",
        source: Source::Output(&["config", "--reference"]),
    },
    Generated {
        path: "docs/pictures/demo.svg",
        source: Source::Demo,
    },
];

const ACCEPT: &str = "cargo xtask generate";
const DIFFERENCE_LINES_MAX: usize = 20;

pub(crate) fn write() -> Outcome {
    for generated in GENERATED {
        let text = fresh(generated)?;
        let path = root().join(generated.path);
        let folder = path.parent().unwrap_or(root());
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| Failure(format!("cannot write {}: {error}", generated.path)))?;
        println!("wrote {}", generated.path);
    }
    Ok(())
}

pub(crate) fn check() -> Outcome {
    let mut stale = Vec::new();
    for generated in GENERATED {
        let committed = fs::read_to_string(root().join(generated.path)).unwrap_or_default();
        if let Some(difference) = difference(&committed, &fresh(generated)?) {
            println!(
                "{} is not what the code says:\n{difference}",
                generated.path
            );
            stale.push(generated.path);
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(Failure(format!(
        "{} differs; accept the change with: {ACCEPT}",
        stale.join(", ")
    )))
}

fn fresh(generated: &Generated) -> Result<String, Failure> {
    match generated.source {
        Source::Output(arguments) => printed(arguments),
        Source::Demo => picture::of_the_demo(),
    }
}

fn printed(arguments: &[&str]) -> Result<String, Failure> {
    let mut command = kobling();
    command.args(arguments);
    println!("$ {}", line(&command));
    output(&mut command)
}

/// The head of what lies between the lines that both texts begin and end with.
fn difference(committed: &str, fresh: &str) -> Option<String> {
    if committed == fresh {
        return None;
    }
    let old: Vec<&str> = committed.split('\n').collect();
    let new: Vec<&str> = fresh.split('\n').collect();
    let same_at_start = old
        .iter()
        .zip(&new)
        .take_while(|(old, new)| old == new)
        .count();
    let (old, new) = (old.split_at(same_at_start).1, new.split_at(same_at_start).1);
    let both = old.iter().rev().zip(new.iter().rev());
    let same_at_end = both.take_while(|(old, new)| old == new).count();
    let mut shown = vec![format!("@@ line {} @@", same_at_start + 1)];
    shown.extend(head('-', old.split_at(old.len() - same_at_end).0));
    shown.extend(head('+', new.split_at(new.len() - same_at_end).0));
    Some(shown.join("\n"))
}

fn head(sign: char, lines: &[&str]) -> Vec<String> {
    let first = lines.iter().take(DIFFERENCE_LINES_MAX);
    let mut shown: Vec<String> = first.map(|line| format!("{sign}{line}")).collect();
    if lines.len() > DIFFERENCE_LINES_MAX {
        shown.push(format!(
            "{sign}... {} lines more",
            lines.len() - DIFFERENCE_LINES_MAX
        ));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_do_not_differ() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn a_changed_line_is_shown_alone() {
        let shown = difference("a\nb\nc\n", "a\nB\nc\n");
        assert_eq!(shown.as_deref(), Some("@@ line 2 @@\n-b\n+B"));
    }

    #[test]
    fn a_repeated_line_is_shown_once() {
        assert_eq!(
            difference("a\n", "a\na\n").as_deref(),
            Some("@@ line 2 @@\n+a")
        );
    }

    #[test]
    fn a_missing_file_is_all_new_and_cut() {
        let fresh: String = (1..=30).map(|line| format!("{line}\n")).collect();
        let shown = difference("", &fresh).unwrap();
        assert!(shown.starts_with("@@ line 1 @@\n+1\n"), "{shown}");
        assert!(shown.ends_with("+20\n+... 10 lines more"), "{shown}");
    }
}
