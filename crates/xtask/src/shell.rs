//! Running other programs: each is shown as the line that repeats it by hand.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

/// Why a task stopped, in a sentence for the person who ran it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failure(pub(crate) String);

pub(crate) type Outcome = Result<(), Failure>;

/// The folder of the workspace that one stands in. It is found anew at each run: worktrees may share a target folder,
/// and with it this program.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let here = env::current_dir().unwrap_or_default();
        let mut folders = here.ancestors();
        let root = folders.find(|folder| folder.join("crates/xtask/Cargo.toml").is_file());
        root.unwrap_or(&here).to_owned()
    });
    &ROOT
}

/// A command in the workspace's folder.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The program, built where it is not yet; its arguments are to follow.
pub(crate) fn kobling() -> Command {
    cargo(&[
        "run",
        "--quiet",
        "--package",
        "server",
        "--bin",
        "kobling",
        "--",
    ])
}

pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = command("cargo");
    command.args(arguments);
    command
}

/// Shows the command, runs it, and fails when it does.
pub(crate) fn run(command: &mut Command) -> Outcome {
    println!("$ {}", line(command));
    let status = command
        .status()
        .map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure(format!("`{}` ended with {status}", line(command))))
}

/// Runs the command without showing it, and returns what it wrote to its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| cannot_start(command, &error))?;
    if !output.status.success() {
        return Err(Failure(format!(
            "`{}` ended with {}",
            line(command),
            output.status
        )));
    }
    String::from_utf8(output.stdout).map_err(|_| {
        Failure(format!(
            "`{}` wrote something that is not UTF-8",
            line(command)
        ))
    })
}

/// Whether the command starts and succeeds; its output is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

pub(crate) fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure(format!("`{}` cannot be started: {error}", line(command)))
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let environment = command
        .get_envs()
        .filter_map(|(name, value)| Some(format!("{}={}", name.to_string_lossy(), quoted(value?))));
    let program = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(quoted);
    environment.chain(program).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.contains(' ') {
        format!("'{word}'")
    } else {
        word.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_shows_environment_and_quotes() {
        let mut command = cargo(&["doc", "--cfg", "a b"]);
        command.env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            line(&command),
            "RUSTDOCFLAGS='-D warnings' cargo doc --cfg 'a b'"
        );
    }

    #[test]
    fn a_failing_command_is_named() {
        let failure = run(&mut command("false")).unwrap_err();
        assert!(failure.0.contains("`false` ended with"), "{failure}");
    }

    #[test]
    fn a_missing_command_is_named() {
        let failure = output(&mut command("no-such-program")).unwrap_err();
        assert!(
            failure.0.contains("`no-such-program` cannot be started"),
            "{failure}"
        );
    }

    #[test]
    fn the_root_holds_the_crates() {
        assert!(root().join("crates/xtask/Cargo.toml").is_file());
    }
}
