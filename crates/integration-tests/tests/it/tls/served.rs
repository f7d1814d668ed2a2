//! The program itself with a certificate, in a folder of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use integration_tests::database::Database;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStderr, Command};

use super::authority::{Authority, Issued};

/// A folder with a database and perhaps certificates.
pub(crate) struct Place(Database);

/// A server that runs, and what it says.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: SocketAddr,
    lines: Lines<BufReader<ChildStderr>>,
}

/// A command that has ended.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

pub(super) const FILES: [&str; 4] = [
    "--tls-certificate-file",
    "chain.pem",
    "--tls-key-file",
    "key.pem",
];

impl Place {
    pub(crate) async fn empty() -> Self {
        Self(Database::fresh().await)
    }

    pub(super) async fn with(authority: &Authority, issued: &Issued) -> Self {
        let place = Self::empty().await;
        place.write("ca.pem", &authority.pem);
        place.put(issued);
        place
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.0.folder().join(name)
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Writes over what is there. The files come into being one after the other, as with every tool.
    pub(super) fn put(&self, issued: &Issued) {
        self.write("chain.pem", &issued.certificate);
        self.write("key.pem", &issued.key);
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_kobling-under-test")));
        self.0.give_to(&mut command);
        command
            .current_dir(self.0.folder())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    pub(super) async fn run(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().await.unwrap();
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A partner's client, as `bootstrap` prints it.
    pub(crate) async fn bootstrap(&self, more: &[&str]) -> Value {
        let arguments = ["bootstrap", "--partner", "T112", "--json"];
        let ran = self.run(&[&arguments[..], more].concat()).await;
        assert_eq!(ran.code, Some(0), "{ran:?}");
        serde_json::from_str(&ran.out).unwrap()
    }

    /// Starts the service on a free port, and waits until it listens.
    pub(crate) async fn serve(&self, more: &[&str]) -> Served {
        self.serve_set(more, &[]).await
    }

    /// The same with variables of the environment.
    pub(crate) async fn serve_set(&self, more: &[&str], variables: &[(&str, &str)]) -> Served {
        let mut served = self.start(more, variables);
        served.listens().await;
        served
    }

    /// The same with metrics; answers the record that says where they are too.
    pub(super) async fn serve_saying(
        &self,
        more: &[&str],
        variables: &[(&str, &str)],
    ) -> (Served, Value) {
        let mut served = self.start(more, variables);
        let said = served.record("serving metrics").await;
        served.listens().await;
        (served, said)
    }

    fn start(&self, more: &[&str], variables: &[(&str, &str)]) -> Served {
        let arguments = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--token-algorithm",
            "EdDSA",
        ];
        let mut command = self.command(&[&arguments[..], more].concat());
        let mut child = command.envs(variables.iter().copied()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let any = "127.0.0.1:0".parse().unwrap();
        Served {
            child,
            address: any,
            lines,
        }
    }
}

impl Served {
    async fn listens(&mut self) {
        let record = self.record("serving").await;
        self.address = record["address"].as_str().unwrap().parse().unwrap();
    }

    /// Reads its log up to a record with this message.
    pub(crate) async fn record(&mut self, message: &str) -> Value {
        let mut said = Vec::new();
        while let Some(line) = self.lines.next_line().await.unwrap() {
            let record: Value = serde_json::from_str(&line).unwrap_or_default();
            if record["message"] == message {
                return record;
            }
            said.push(line);
        }
        panic!("it ended and never said {message:?}:\n{}", said.join("\n"));
    }

    /// Sends a signal by its name, such as HUP.
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().unwrap().to_string();
        let mut kill = Command::new("kill");
        let status = kill.args([format!("-{name}"), id]).status().await.unwrap();
        assert!(status.success());
    }

    /// Waits for its end.
    pub(crate) async fn ended(mut self) -> ExitStatus {
        while let Ok(Some(_)) = self.lines.next_line().await {}
        self.child.wait().await.unwrap()
    }

    pub(super) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}
