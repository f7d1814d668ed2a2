//! One shell in one folder, in which all examples run one after the other.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::page::Example;

/// Debian's own, which finds the libraries of Debian's packages.
const PYTHON: &str = "/usr/bin/python3";

pub(super) struct Session {
    folder: PathBuf,
    script: String,
    count: usize,
    /// What stands in the pages is `127.0.0.1:8080`; another loopback address lets several test runs listen there.
    host: String,
}

impl Session {
    pub(super) fn new(folder: &Path) -> Self {
        let [_, _, high, low] = std::process::id().to_be_bytes();
        let host = format!("127.99.{high}.{}", low.max(1));
        let program = env!("CARGO_BIN_EXE_kobling-under-test");
        std::os::unix::fs::symlink(program, folder.join("kobling")).unwrap();
        let script = format!(
            "set -euo pipefail\n\
             trap 'kill $(jobs -p) 2>>/dev/null; wait' EXIT\n\
             export KOBLING_SERVER__LISTEN={host}:8080 PATH=\"$PWD:$PATH\"\n"
        );
        Self {
            folder: folder.to_owned(),
            script,
            count: 0,
            host,
        }
    }

    pub(super) fn add(&mut self, page: &str, example: &Example) {
        let number = self.count;
        self.count += 1;
        let text = self.at_host(&example.text);
        let run = match example.language.as_str() {
            "sh" => text.clone(),
            "python" => self.program(&format!("example-{number}.py"), PYTHON, &text),
            "javascript" => self.program(&format!("example-{number}.mjs"), "node", &text),
            other => panic!("{page}: nobody knows how to run {other}"),
        };
        let line = example.line;
        writeln!(
            self.script,
            "echo '{page}:{line}' > at\n{{\n{run}\n}} > {number}.out 2> {number}.err"
        )
        .unwrap();
        if text.contains("kobling serve") {
            let ready = format!("http://{}:8080/health/ready", self.host);
            let ask = format!("curl --silent --fail --output /dev/null {ready}");
            // A reader is not as quick as a shell.
            writeln!(self.script, "until {ask}; do kill -0 %1; done").unwrap();
        }
    }

    /// A program in a file of its own; answers what runs it.
    fn program(&self, name: &str, interpreter: &str, text: &str) -> String {
        fs::write(self.folder.join(name), text).unwrap();
        format!("{interpreter} {name}")
    }

    fn at_host(&self, text: &str) -> String {
        text.replace("127.0.0.1", &self.host)
    }

    /// Runs all, and answers what each wrote to its standard output.
    pub(super) fn run(self) -> Vec<String> {
        let shell = Command::new("bash")
            .arg("-c")
            .arg(&self.script)
            .current_dir(&self.folder)
            .output()
            .unwrap();
        let read = |name: String| {
            let bytes = fs::read(self.folder.join(name)).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let outputs: Vec<String> = (0..self.count)
            .map(|number| read(format!("{number}.out")).replace(&self.host, "127.0.0.1"))
            .collect();
        if !shell.status.success() {
            let last =
                (0..self.count).rfind(|number| self.folder.join(format!("{number}.out")).exists());
            let last = last.unwrap_or_default();
            panic!(
                "{} failed:\n{}{}{}",
                read("at".to_owned()).trim(),
                read(format!("{last}.out")),
                read(format!("{last}.err")),
                String::from_utf8_lossy(&shell.stderr),
            );
        }
        outputs
    }
}
