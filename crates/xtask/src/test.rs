//! `cargo xtask test`: all tests, and how many there were.
//!
//! `cargo nextest` where it is installed, followed by the documentation tests that it leaves out; else `cargo test`.
//! Beside them runs a private PostgreSQL server, for those that need one, and the integration tests run a second time,
//! on that server.

use std::fmt;
use std::io::{BufRead as _, BufReader, Read};
use std::ops::Add;
use std::process::{Command, ExitStatus, Stdio};

use crate::postgres::{self, Kind, Server, integration};
use crate::shell::{Failure, cannot_start, cargo, line, succeeds};
use crate::tools;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

impl Add for Tally {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }
}

pub(crate) fn run() -> Result<Tally, Failure> {
    tools::documents()?;
    tools::pgbouncer()?;
    let server = Server::start(Kind::Fast)?;
    let with_postgres = |arguments: &[&str]| {
        let mut command = cargo(arguments);
        command.env(postgres::URL, server.url());
        command
    };
    let has_nextest = succeeds(&mut cargo(&["nextest", "--version"]));
    let tally = if has_nextest {
        let all = ["nextest", "run", "--workspace", "--no-fail-fast"];
        let documentation = ["test", "--workspace", "--doc", "--no-fail-fast"];
        run_nextest(&mut with_postgres(&all))? + run_cargo_test(&mut with_postgres(&documentation))?
    } else {
        run_cargo_test(&mut with_postgres(&[
            "test",
            "--workspace",
            "--no-fail-fast",
        ]))?
    };
    let arguments = integration::arguments(has_nextest);
    let mut again = with_postgres(&[]);
    again.args(arguments).env(integration::ENGINE, "postgres");
    Ok(tally
        + if has_nextest {
            run_nextest(&mut again)?
        } else {
            run_cargo_test(&mut again)?
        })
}

/// Nextest writes its summary to the standard error.
fn run_nextest(command: &mut Command) -> Result<Tally, Failure> {
    println!("$ {}", line(command));
    let mut child = command
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(command, &error))?;
    let written = pass_on(child.stderr.take(), |line| eprintln!("{line}"));
    let status = child
        .wait()
        .map_err(|error| cannot_start(command, &error))?;
    verdict(command, status, nextest_tally(&written))
}

/// Cargo writes its summaries, one per test binary, to the standard output.
fn run_cargo_test(command: &mut Command) -> Result<Tally, Failure> {
    println!("$ {}", line(command));
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(command, &error))?;
    let written = pass_on(child.stdout.take(), |line| println!("{line}"));
    let status = child
        .wait()
        .map_err(|error| cannot_start(command, &error))?;
    verdict(command, status, cargo_test_tally(&written))
}

/// Shows each line as it comes and returns them all.
fn pass_on(from: Option<impl Read>, show: impl Fn(&str)) -> String {
    let mut written = String::new();
    let Some(from) = from else { return written };
    for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        show(&line);
        written.push_str(&line);
        written.push('\n');
    }
    written
}

/// The tally counts only when it agrees with how the runner ended.
fn verdict(command: &Command, status: ExitStatus, tally: Option<Tally>) -> Result<Tally, Failure> {
    let runner = line(command);
    match tally {
        None => Err(Failure(format!(
            "`{runner}` gave no summary that can be read; {status}"
        ))),
        Some(tally) if status.success() != (tally.failed == 0) => Err(Failure(format!(
            "`{runner}` ended with {status}, its summary says {tally}"
        ))),
        Some(tally) => Ok(tally),
    }
}

/// Reads `Summary [ 0.5s] 10/12 tests run: 9 passed (1 slow), 1 failed, 0 skipped`; what did not pass has failed.
fn nextest_tally(written: &str) -> Option<Tally> {
    let summary = written
        .lines()
        .rev()
        .find(|line| line.trim_start().starts_with("Summary ["))?;
    let (counted, outcome) = summary.split_once(']')?.1.split_once(" run: ")?;
    let counted = counted.trim().split_once(' ')?.0;
    let total: u32 = counted.rsplit('/').next()?.parse().ok()?;
    let passed = number_before(outcome, "passed")?;
    Some(Tally {
        passed,
        failed: total.checked_sub(passed)?,
    })
}

/// Adds up the lines `test result: ok. 3 passed; 0 failed; 0 ignored; ...`.
fn cargo_test_tally(written: &str) -> Option<Tally> {
    let results = written
        .lines()
        .filter_map(|line| line.strip_prefix("test result: "));
    let tallies = results.map(|result| {
        let passed = number_before(result, "passed")?;
        Some(Tally {
            passed,
            failed: number_before(result, "failed")?,
        })
    });
    tallies.reduce(|sum, next| Some(sum? + next?))?
}

/// The number that stands before a word: 9 in `9 passed, 1 failed` before `passed`.
fn number_before(text: &str, word: &str) -> Option<u32> {
    let words: Vec<&str> = text
        .split([' ', ',', ';', '.'])
        .filter(|word| !word.is_empty())
        .collect();
    let at = words.iter().position(|each| *each == word)?;
    words.get(at.checked_sub(1)?)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_of_nextest_is_read() {
        let plain = "  Starting\n     Summary [   0.005s] 12 tests run: 12 passed, 0 skipped\n";
        assert_eq!(
            nextest_tally(plain),
            Some(Tally {
                passed: 12,
                failed: 0
            })
        );
        let one = "     Summary [   0.005s] 1 test run: 1 passed, 0 skipped";
        assert_eq!(
            nextest_tally(one),
            Some(Tally {
                passed: 1,
                failed: 0
            })
        );
    }

    #[test]
    fn all_that_did_not_pass_in_nextest_has_failed() {
        let mixed =
            "Summary [ 1.0s] 10/12 tests run: 8 passed (1 slow), 1 failed, 1 timed out, 0 skipped";
        assert_eq!(
            nextest_tally(mixed),
            Some(Tally {
                passed: 8,
                failed: 4
            })
        );
    }

    #[test]
    fn summaries_of_cargo_test_are_added_up() {
        let written = "test a ... ok\n\
            test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(
            cargo_test_tally(written),
            Some(Tally {
                passed: 4,
                failed: 2
            })
        );
    }

    #[test]
    fn output_without_a_summary_gives_no_tally() {
        assert_eq!(nextest_tally("error: could not compile"), None);
        assert_eq!(
            nextest_tally("Summary [ 0.1s] some tests run: all passed"),
            None
        );
        assert_eq!(cargo_test_tally("error: could not compile"), None);
        assert_eq!(
            cargo_test_tally("test result: ok. many passed; 0 failed"),
            None
        );
    }

    #[test]
    fn a_tally_that_contradicts_the_exit_status_is_refused() {
        let command = cargo(&["test"]);
        let failed = Command::new("false").status().unwrap();
        assert!(
            verdict(
                &command,
                failed,
                Some(Tally {
                    passed: 3,
                    failed: 0
                })
            )
            .is_err()
        );
        assert!(verdict(&command, failed, None).is_err());
        assert!(
            verdict(
                &command,
                failed,
                Some(Tally {
                    passed: 3,
                    failed: 1
                })
            )
            .is_ok()
        );
    }

    #[test]
    fn the_closing_line_is_plain() {
        assert_eq!(
            Tally {
                passed: 7,
                failed: 1
            }
            .to_string(),
            "7 passed, 1 failed"
        );
    }
}
