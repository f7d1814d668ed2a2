//! `cargo xtask ci`: every check in order of cost, until the first that fails.

use std::time::Instant;

use crate::shell::{Failure, Outcome};
use crate::test::Tally;
use crate::{clippy, deny, doc, fmt, generate, test, tidy, typos};

/// A check before the tests: its heading, the command that repeats it alone, and the check.
struct Step {
    name: &'static str,
    repeat: &'static str,
    run: fn() -> Outcome,
}

const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        repeat: "cargo xtask fmt",
        run: fmt::run,
    },
    Step {
        name: "typos",
        repeat: "cargo xtask typos",
        run: typos::run,
    },
    Step {
        name: "clippy",
        repeat: "cargo xtask clippy",
        run: clippy::run,
    },
    Step {
        name: "doc",
        repeat: "cargo xtask doc",
        run: doc::run,
    },
    Step {
        name: "deny",
        repeat: "cargo xtask deny",
        run: deny::run,
    },
    Step {
        name: "tidy",
        repeat: "cargo xtask tidy",
        run: tidy::run,
    },
    Step {
        name: "generated",
        repeat: "cargo xtask generate --check",
        run: generate::check,
    },
];

pub(crate) fn run() -> Result<Tally, Failure> {
    let start = Instant::now();
    for step in STEPS {
        timed(step.name, step.repeat, step.run)?;
    }
    let tally = timed("test", "cargo xtask test", test::run)?;
    println!("== ci: all steps ran in {}", elapsed(start));
    Ok(tally)
}

fn timed<T>(
    name: &str,
    repeat: &str,
    step: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    println!("\n== {name}");
    let start = Instant::now();
    let result = step().map_err(|failure| {
        Failure(format!(
            "step {name} failed after {}: {failure}\nrepeat it alone with: {repeat}",
            elapsed(start)
        ))
    })?;
    println!("== {name}: {}", elapsed(start));
    Ok(result)
}

fn elapsed(start: Instant) -> String {
    format!("{:.1} s", start.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_names_itself_and_the_command_that_repeats_it() {
        let failing = || Err::<(), _>(Failure("two lines differ".to_owned()));
        let failure = timed("fmt", "cargo xtask fmt", failing).unwrap_err();
        assert!(failure.0.starts_with("step fmt failed after"), "{failure}");
        assert!(failure.0.contains("two lines differ"), "{failure}");
        assert!(
            failure.0.ends_with("repeat it alone with: cargo xtask fmt"),
            "{failure}"
        );
    }
}
