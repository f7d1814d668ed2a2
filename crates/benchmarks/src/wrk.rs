//! The load generator: Debian's `wrk`, the same for everything, with a script that it is given as a file.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::{Failure, Outcome, Result, While};

/// What to ask for, again and again: `{head}{five random digits of an account}{one of tails}`, or `head` alone.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) head: String,
    /// The rest of the request, one of them chosen at random; none where all requests are the same.
    pub(crate) tails: Vec<String>,
    /// Accounts to choose from.
    pub(crate) accounts: u32,
}

/// One run of the generator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sample {
    pub(crate) requests: f64,
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) max_ms: f64,
}

/// Has it installed where it is missing.
pub(crate) fn install() -> Outcome {
    if succeeds(Command::new("which").arg("wrk")) {
        return Ok(());
    }
    println!("wrk is missing: installing Debian's package with apt-get");
    let id = Command::new("id").arg("-u").output().while_doing("`id`")?;
    let is_root = id.stdout.starts_with(b"0\n");
    let apt_get = |words: &[&str]| {
        let mut command = Command::new(if is_root { "env" } else { "sudo" });
        if !is_root {
            command.args(["-n", "env"]);
        }
        succeeds(
            command
                .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"])
                .args(words),
        )
    };
    let package = ["install", "--yes", "wrk"];
    if apt_get(&package) || (apt_get(&["update"]) && apt_get(&package)) {
        return Ok(());
    }
    Err(Failure(
        "wrk cannot be installed; install it by hand".to_owned(),
    ))
}

fn succeeds(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// What the package calls itself, for the table.
pub(crate) fn version() -> String {
    let output = Command::new("wrk").arg("-v").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let words = text.unwrap_or_default();
    words.split(" [").next().unwrap_or("wrk").to_owned()
}

/// Runs the load against a port. Any answer but a good one, and any broken connection, fails the run.
pub(crate) fn run(
    load: &Load,
    scratch: &Path,
    port: u16,
    connections: usize,
    seconds: u64,
) -> Result<Sample> {
    run_script(&load.script(), scratch, port, connections, seconds)
}

/// The same for a whole script, which ends by printing the line of [`Sample`].
pub(crate) fn run_script(
    text: &str,
    scratch: &Path,
    port: u16,
    connections: usize,
    seconds: u64,
) -> Result<Sample> {
    let script = scratch.join("load.lua");
    std::fs::write(&script, text).while_doing(script.display())?;
    let mut command = Command::new("wrk");
    command.arg(format!("-t{}", connections.min(2)));
    command.arg(format!("-c{connections}"));
    command.arg(format!("-d{seconds}s"));
    command.args(["--timeout", "10s", "-s"]).arg(&script);
    command.arg(format!("http://127.0.0.1:{port}"));
    let output = command.output().while_doing("`wrk`")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("sample "));
    let line = line.while_doing(format_args!("the last line of `wrk`: {text}"))?;
    let sample = parse(line)?;
    if !output.status.success() || text.contains("Non-2xx") || text.contains("Socket errors") {
        return Err(Failure(format!("not every request was answered:\n{text}")));
    }
    Ok(sample)
}

/// `duration_us requests p50_us p99_us max_us`
fn parse(line: &str) -> Result<Sample> {
    let numbers: Vec<f64> = line
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    match numbers.as_slice() {
        &[duration, requests, p50, p99, max] if duration > 0.0 && requests > 0.0 => Ok(Sample {
            requests,
            per_second: requests / duration * 1e6,
            p50_ms: p50 / 1e3,
            p99_ms: p99 / 1e3,
            max_ms: max / 1e3,
        }),
        _ => Err(Failure(format!("`wrk` measured nothing: {line}"))),
    }
}

impl Load {
    /// The script for `wrk`. There is no `response` function: it would make the generator slow.
    fn script(&self) -> String {
        let tails: Vec<String> = self.tails.iter().map(|tail| quoted(tail)).collect();
        format!(
            "local head, tails, accounts = {head}, {{{tails}}}, {accounts}\n{SCRIPT}",
            head = quoted(&self.head),
            tails = tails.join(", "),
            accounts = self.accounts,
        )
    }
}

/// A Lua string, with its quotes. What is quoted here is ASCII without control characters other than line ends.
pub(crate) fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\r', "\\r").replace('\n', "\\n"))
}

const SCRIPT: &str = r#"
local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end
function init()
  math.randomseed(os.time() * 16 + number)
end
local random, format = math.random, string.format
function request()
  if #tails == 0 then return head end
  return head .. format("%05d", random(accounts)) .. tails[random(#tails)]
end
function done(summary, latency)
  print(format("sample %d %d %d %d %d", summary.duration, summary.requests,
    latency:percentile(50), latency:percentile(99), latency.max))
end
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_read_in_requests_per_second_and_milliseconds() {
        let sample = parse("2000000 4000 1500 9000 12000").unwrap();
        assert_eq!((sample.per_second, sample.p50_ms), (2_000.0, 1.5));
        assert_eq!((sample.p99_ms, sample.max_ms), (9.0, 12.0));
        assert!(parse("2000000 0 0 0 0").is_err());
        assert!(parse("").is_err());
    }

    #[test]
    fn requests_are_quoted_for_lua() {
        assert_eq!(quoted("a\r\n\"b\\\""), r#""a\r\n\"b\\\"""#);
    }
}
