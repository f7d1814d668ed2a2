//! The configuration of the program as it is run: four layers, every origin, every mistake.

mod mistakes;
mod origins;
mod serving;

use std::path::Path;
use std::process::Output;

use tempfile::TempDir;
use tokio::process::Command;

/// A folder in which the program is started, with nothing of the environment of the tests.
struct Place {
    folder: TempDir,
    variables: Vec<(&'static str, &'static str)>,
}

impl Place {
    fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        }
    }

    fn with_file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.path().join(name), text).unwrap();
        self
    }

    fn with_variable(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kobling-under-test"));
        command.current_dir(self.path()).env_clear();
        command.envs(self.variables.iter().copied()).args(arguments);
        command.kill_on_drop(true);
        command
    }

    async fn run(&self, arguments: &[&str]) -> Ran {
        Ran(self.command(arguments).output().await.unwrap())
    }

    /// What a command prints that goes well.
    async fn printed(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments).await;
        assert_eq!(ran.code(), 0, "{}", ran.said());
        assert_eq!(ran.said(), "");
        ran.printed()
    }
}

/// A command that has ended.
struct Ran(Output);

impl Ran {
    fn code(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    fn printed(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    fn said(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// The problems that stopped it.
    fn problems(&self) -> Vec<String> {
        let said = self.said();
        assert_eq!(self.code(), 2, "{said}");
        let said = said
            .trim_end()
            .strip_prefix("kobling: ")
            .unwrap()
            .to_owned();
        let mut lines = said.lines();
        if !said.starts_with("the configuration has ") {
            return vec![said];
        }
        lines.next();
        lines.map(|line| line.trim().to_owned()).collect()
    }
}
