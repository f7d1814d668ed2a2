//! `kobling demo` on a terminal of our own, from its start until it waits for somebody.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::shell::{Failure, cannot_start, cargo, kobling, line, root, run};

/// What the demo says when it has shown everything.
const LAST: &str = "Ctrl-C ends the demo.";
const TIME_MAX: Duration = Duration::from_secs(60);

/// What the demo writes to a terminal, with its colours and with lines that end in `\n`.
pub(super) fn of_the_demo() -> Result<String, Failure> {
    run(&mut cargo(&[
        "build",
        "--quiet",
        "--package",
        "server",
        "--bin",
        "kobling",
    ]))?;
    let (terminal, mut command) = demo_on_a_terminal()?;
    println!("$ {}", line(&command));
    let mut demo = command
        .spawn()
        .map_err(|error| cannot_start(&command, &error))?;
    // The command holds the other end of the terminal open, which would never be at its end.
    drop(command);
    let shown = read_until_it_waits(&terminal);
    let ended = stop(&mut demo);
    let shown = shown?;
    ended?;
    Ok(shown.replace("\r\n", "\n"))
}

/// Our end of a new terminal, and the demo at the other end, on any free port and without settings of this shell.
fn demo_on_a_terminal() -> Result<(File, Command), Failure> {
    let unusable = |error: rustix::io::Errno| Failure(format!("cannot make a terminal: {error}"));
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).map_err(unusable)?;
    grantpt(&ours)
        .and_then(|()| unlockpt(&ours))
        .map_err(unusable)?;
    let name = ptsname(&ours, Vec::new()).map_err(unusable)?;
    let name = name.to_string_lossy().into_owned();
    let theirs = OpenOptions::new().read(true).write(true).open(&name);
    let theirs = theirs.map_err(|error| Failure(format!("cannot open {name}: {error}")))?;
    // The program becomes that of the demo, so that its number is the demo's.
    let mut command = kobling();
    command.args([
        "demo",
        "--listen",
        "127.0.0.1:0",
        "--token-algorithm",
        "RS256",
    ]);
    command.env("TERM", "xterm-256color").env("TMPDIR", "/tmp");
    for name in ["NO_COLOR", "CLICOLOR", "KOBLING_CONFIG"] {
        command.env_remove(name);
    }
    command
        .current_dir(root())
        .stdin(Stdio::null())
        .stdout(theirs);
    Ok((File::from(ours), command))
}

fn read_until_it_waits(mut terminal: &File) -> Result<String, Failure> {
    let end = Instant::now() + TIME_MAX;
    let mut bytes = Vec::new();
    let mut part = [0; 4096];
    loop {
        let shown = String::from_utf8_lossy(&bytes);
        if shown.contains(LAST) {
            return Ok(shown.into_owned());
        }
        let left = end.saturating_duration_since(Instant::now());
        let left = Timespec::try_from(left).unwrap_or_default();
        let mut ready = [PollFd::new(terminal, PollFlags::IN)];
        let has_more = poll(&mut ready, Some(&left)).is_ok_and(|count| count > 0);
        let read = if has_more {
            terminal.read(&mut part).unwrap_or(0)
        } else {
            0
        };
        let Some(read) = part.get(..read).filter(|read| !read.is_empty()) else {
            return Err(Failure(format!(
                "the demo did not come to its end:\n{shown}"
            )));
        };
        bytes.extend_from_slice(read);
    }
}

/// Ends the demo as Ctrl-C does, and waits for it.
fn stop(demo: &mut Child) -> Result<(), Failure> {
    if let Some(pid) = i32::try_from(demo.id()).ok().and_then(Pid::from_raw) {
        // It fails where the demo has ended by itself, which its status tells better.
        let _ = kill_process(pid, Signal::INT);
    }
    let ended = demo.wait();
    let status = ended.map_err(|error| Failure(format!("cannot wait for the demo: {error}")))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure(format!("the demo ended with {status}")))
}
