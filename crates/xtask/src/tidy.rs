//! `cargo xtask tidy`: the rules of the project that no lint knows.
//!
//! A rule is a pure function from what was read to the problems found, one line each. The files are those that git
//! tracks or would track.

mod anchors;
mod arrows;
mod documents;
mod manifests;
mod places;
mod sources;

use std::collections::BTreeSet;
use std::fs;

use crate::shell::{Failure, Outcome, command, output, root};

/// A text file of the project; the path is relative to the root.
struct TextFile {
    path: String,
    text: String,
}

impl TextFile {
    /// A problem at a line, in the form that editors jump to.
    fn problem(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }

    /// The lines with their numbers, from 1.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

pub(crate) fn run() -> Outcome {
    let paths = paths()?;
    let mut problems = arrows::check(&arrows::read()?);
    let files: Vec<TextFile> = paths.iter().filter_map(|path| read(path)).collect();
    let documents = files.iter().filter(|file| file.path.ends_with(".md"));
    let anchors = documents
        .clone()
        .map(|file| (file.path.clone(), anchors::of(file)))
        .collect();
    problems.extend(documents.flat_map(|file| anchors::check(file, &anchors)));
    problems.extend(files.iter().flat_map(|file| check(file, &paths)));
    for problem in &problems {
        println!("{problem}");
    }
    if problems.is_empty() {
        println!(
            "{} files and the arrows between the crates are tidy",
            paths.len()
        );
        return Ok(());
    }
    Err(Failure(format!("{} problems", problems.len())))
}

fn check(file: &TextFile, paths: &BTreeSet<String>) -> Vec<String> {
    let mut problems = places::check(file);
    match file.path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("rs") => problems.extend(sources::check(file)),
        Some("md") => problems.extend(documents::check(file, paths)),
        Some("toml") => problems.extend(manifests::check(file)),
        _ => {}
    }
    problems
}

fn paths() -> Result<BTreeSet<String>, Failure> {
    let arguments = [
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ];
    let listed = output(command("git").args(arguments))?;
    let listed = listed.split('\0').filter(|path| !path.is_empty());
    Ok(listed
        .filter(|path| root().join(path).is_file())
        .map(str::to_owned)
        .collect())
}

/// Nothing for a file that is not text.
fn read(path: &str) -> Option<TextFile> {
    let text = fs::read_to_string(root().join(path)).ok()?;
    Some(TextFile {
        path: path.to_owned(),
        text,
    })
}

#[cfg(test)]
fn text_file(path: &str, text: &str) -> TextFile {
    TextFile {
        path: path.to_owned(),
        text: text.to_owned(),
    }
}
