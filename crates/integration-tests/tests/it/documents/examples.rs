//! Every example of the pages for newcomers, run as it stands there against the real binary, in a folder of its own.
//!
//! A page is one script of the shell: what one block exports or starts, the next ones have. The host that the pages name
//! is replaced by one of its own; ids and times are compared by their kind alone.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::Value;

use super::blocks::{Example, MARK, examples, normalised};
use super::{read, root};

/// The address in the pages.
const WRITTEN: &str = "127.0.0.1:8080";
const QUICK_START: &str = "docs/quick-start.md";

/// Python with what the pages import; `cargo xtask test` installs it.
const PROGRAMS: &str = "target/tools/python3-documents-1/bin";

#[test]
fn the_quick_start_does_what_it_says() {
    check(&[QUICK_START], 7, 1);
}

#[test]
fn the_guide_does_what_it_says() {
    check(
        &[QUICK_START, "docs/guides/record-and-read-events.md"],
        9,
        0,
    );
}

#[test]
fn the_page_about_authentication_does_what_it_says() {
    check(&[QUICK_START, "docs/authentication.md"], 6, 0);
}

/// Runs pages one after the other; the numbers are those of the last one: examples that run, and that are marked.
#[expect(
    clippy::print_stdout,
    reason = "the list of what was executed is for people"
)]
fn check(pages: &[&str], executed: usize, marked: usize) {
    let folder = tempfile::tempdir().unwrap();
    let address = own_address();
    let here = |text: &str| text.replace(WRITTEN, &address);
    let pages: Vec<(&str, Vec<Example>)> = pages
        .iter()
        .map(|page| (*page, examples(&here(&read(page)))))
        .collect();
    let run: Vec<(String, &Example)> = pages
        .iter()
        .flat_map(|(page, examples)| examples.iter().map(move |example| (*page, example)))
        .filter(|(_, example)| !example.is_marked)
        .map(|(page, example)| {
            (
                format!("{page}:{} {}", example.line, example.language),
                example,
            )
        })
        .collect();

    run_all(folder.path(), &address, &run);

    for (number, (name, example)) in run.iter().enumerate() {
        compare(folder.path(), number, name, example);
    }
    let (page, last) = pages.last().unwrap();
    let of_page = run.iter().filter(|(name, _)| name.starts_with(page));
    println!("executed of {page}:");
    of_page.clone().for_each(|(name, _)| println!("  {name}"));
    let skipped = last.iter().filter(|example| example.is_marked).count();
    println!("marked with \"{MARK}\": {skipped}");
    assert_eq!((of_page.count(), skipped), (executed, marked));
}

/// An address that no other process uses: a port that was free a moment ago may be taken again, but each process has a
/// loopback address of its own, and each test a port of it.
fn own_address() -> String {
    static PORT: AtomicU16 = AtomicU16::new(8_080);
    let [_, high, middle, low] = std::process::id().to_be_bytes();
    let port = PORT.fetch_add(1, Ordering::Relaxed);
    format!("127.{}.{middle}.{low}:{port}", u16::from(high % 100) + 100)
}

fn run_all(folder: &Path, address: &str, run: &[(String, &Example)]) {
    let programs = root().join(PROGRAMS);
    assert!(
        programs.join("python3").exists(),
        "{PROGRAMS} is missing; cargo xtask test installs it"
    );
    let bin = folder.join("bin");
    std::fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(
        env!("CARGO_BIN_EXE_kobling-under-test"),
        bin.join("kobling"),
    )
    .unwrap();
    let surroundings = format!(
        "unset ${{!KOBLING@}}\nexport NO_PROXY='*' HOME='{}' PATH='{}:{}':$PATH KOBLING_SERVER__LISTEN={address}\n",
        folder.display(),
        bin.display(),
        programs.display()
    );
    let script = surroundings + &script(folder, run);
    std::fs::write(folder.join("page.sh"), script).unwrap();
    let output = Command::new("bash")
        .arg("page.sh")
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let reached = std::fs::read_to_string(folder.join("reached")).unwrap_or_default();
    let said = String::from_utf8_lossy(&output.stderr);
    let number = reached.lines().count().saturating_sub(1);
    let printed = std::fs::read_to_string(folder.join(format!("{number}.out"))).unwrap_or_default();
    let log = std::fs::read_to_string(folder.join("kobling.log")).unwrap_or_default();
    assert!(
        output.status.success(),
        "{} failed; the service said:\n{log}\nthe shell:\n{said}\nit printed:\n{printed}",
        reached.lines().last().unwrap_or("the script")
    );
}

/// The page as a script; a block that fails ends it, and so does what it leaves running.
fn script(folder: &Path, run: &[(String, &Example)]) -> String {
    let mut script =
        "set -eu -o pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT\n".to_owned();
    for (number, (name, example)) in run.iter().enumerate() {
        writeln!(script, "echo '{name}' >> reached").unwrap();
        let (program, file) = match (example.language.as_str(), &example.file) {
            ("sh", None) => {
                writeln!(script, "{{\n{}}} > {number}.out", example.code).unwrap();
                continue;
            }
            ("python", None) => ("python3", format!("{number}.py")),
            ("js", None) => ("node", format!("{number}.mjs")),
            (_, Some(file)) => {
                std::fs::write(folder.join(file), &example.code).unwrap();
                continue;
            }
            (other, None) => panic!("nobody knows how to run {other}"),
        };
        std::fs::write(folder.join(&file), &example.code).unwrap();
        writeln!(script, "{program} {file} > {number}.out").unwrap();
    }
    script
}

fn compare(folder: &Path, number: usize, name: &str, example: &Example) {
    let Some((is_json, shown)) = &example.output else {
        return;
    };
    let printed = std::fs::read_to_string(folder.join(format!("{number}.out"))).unwrap();
    let (shown, printed) = (normalised(shown), normalised(&printed));
    if *is_json {
        let value = |text: &str| -> Value {
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"))
        };
        assert_eq!(value(&printed), value(&shown), "{name}");
    } else {
        let lines = |text: &str| -> Vec<String> {
            text.lines()
                .map(|line| line.trim_end().to_owned())
                .collect()
        };
        assert_eq!(lines(&printed), lines(&shown), "{name}");
    }
}
