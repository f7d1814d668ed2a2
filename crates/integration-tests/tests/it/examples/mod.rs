//! The examples of the documents do what their pages say.

mod page;
mod session;
mod volatile;

use std::path::{Path, PathBuf};

use page::{Block, Example, blocks, examples};
use session::Session;
use volatile::steady;

/// The pages whose examples are run, one after the other in one folder, as a reader goes from one to the next.
const RUN: [&str; 4] = [
    "quick-start.md",
    "guides/record-and-read-events.md",
    "authentication.md",
    "operations/backup-and-restore.md",
];

/// Pages with commands that are not run here, how many blocks of them, and why.
const NOT_RUN: [(&str, usize, &str); 3] = [
    (
        "operations/monitoring.md",
        3,
        "they show flags of commands that go on for ever",
    ),
    (
        "operations/running.md",
        3,
        "they write to folders of the system",
    ),
    (
        "packaging.md",
        2,
        "they install a package as root; `cargo xtask package` tries it",
    ),
];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn read(page: &str) -> String {
    std::fs::read_to_string(docs().join(page)).unwrap()
}

#[test]
fn every_example_does_what_its_page_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = Session::new(folder.path());
    let mut all: Vec<(&str, Example)> = Vec::new();
    for page in RUN {
        for example in examples(&blocks(&read(page))) {
            session.add(page, &example);
            all.push((page, example));
        }
    }

    let told = session.run();

    for (number, (page, example)) in all.iter().enumerate() {
        let line = example.line;
        println!("{page}:{line}: {} ran", example.language);
        if let Some(expected) = &example.expected {
            let told = told[number].trim_end();
            assert_eq!(steady(told), steady(expected.trim_end()), "{page}:{line}");
        }
    }
    let compared = all.iter().filter(|(_, example)| example.expected.is_some());
    println!("{} examples ran, {} compared", all.len(), compared.count());
}

#[test]
fn no_page_has_commands_that_nobody_has_counted() {
    let mut not_run = Vec::new();
    let mut folders = vec![docs()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .strip_prefix(docs())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            if RUN.contains(&name.as_str()) || !name.ends_with(".md") {
                continue;
            }
            let commands = blocks(&read(&name)).into_iter().filter(Block::is_command);
            let commands = commands.count();
            if commands > 0 {
                not_run.push((name, commands));
            }
        }
    }
    not_run.sort();
    let known = NOT_RUN.map(|(page, commands, why)| {
        println!("{page}: {commands} blocks are not run, since {why}");
        (page.to_owned(), commands)
    });
    assert_eq!(not_run, known);
}
