//! The program as a process of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::database::Database;

/// The same in every round, so that tokens stay valid while ports change.
pub const PUBLIC_URL: &str = "http://kobling.test";

/// A server that runs.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it serves metrics, if it does.
    pub metrics_address: Option<SocketAddr>,
    said: watch::Receiver<Vec<String>>,
}

/// What a server is started with, beside what says where its data are.
pub const SERVE: [&str; 7] = [
    "serve",
    "--listen",
    "127.0.0.1:0",
    "--token-algorithm",
    "EdDSA",
    "--log",
    "info",
];

impl Process {
    /// Starts it and waits until it listens.
    pub async fn start(program: &Path, database: &Database) -> Self {
        let mut serving = command(program, database);
        serving.args(SERVE);
        Self::spawn(serving).await
    }

    /// The same with settings, as variables of the environment.
    pub async fn start_with(
        program: &Path,
        database: &Database,
        settings: &[(&str, &str)],
    ) -> Self {
        let mut serving = command(program, database);
        serving.args(SERVE).envs(settings.iter().copied());
        Self::spawn(serving).await
    }

    /// Starts a server by a command of one's own and waits until it listens.
    pub async fn spawn(mut serving: Command) -> Self {
        let mut child = serving.stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (saying, said) = watch::channel(Vec::new());
        let mut metrics_address = None;
        let address = loop {
            let line = lines.next_line().await.unwrap();
            let Some(line) = line else {
                let said: &Vec<String> = &said.borrow();
                let said = said.join("\n");
                panic!("it ended before it served:\n{said}");
            };
            let address = address_in(&line, "serving");
            metrics_address = metrics_address.or(address_in(&line, "serving metrics"));
            saying.send_modify(|said| said.push(line));
            if let Some(address) = address {
                break address;
            }
        };
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                saying.send_modify(|said| said.push(line));
            }
        });
        Self {
            child,
            address,
            metrics_address,
            said,
        }
    }

    /// Starts a server whose log goes elsewhere, at an address of one's own, and waits until it listens there.
    pub async fn spawn_at(mut serving: Command, address: SocketAddr) -> Self {
        let child = serving.spawn().unwrap();
        while TcpStream::connect(address).await.is_err() {
            tokio::task::yield_now().await;
        }
        Self {
            child,
            address,
            metrics_address: None,
            said: watch::channel(Vec::new()).1,
        }
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Lines of its log so far.
    #[must_use]
    pub fn said(&self) -> usize {
        self.said.borrow().len()
    }

    /// Its log so far, as text.
    #[must_use]
    pub fn log(&self) -> String {
        self.said.borrow().join("\n")
    }

    /// The records of its log so far.
    pub fn records(&self) -> Vec<Value> {
        let said = self.said.borrow();
        let records = said.iter().map(|line| serde_json::from_str(line));
        records
            .map(|record| record.unwrap_or_else(|error| panic!("{error}: {said:?}")))
            .collect()
    }

    /// The first record with this message, as soon as there is one.
    pub async fn record(&self, message: &str) -> Value {
        let mut said = self.said.clone();
        let is_wanted = |record: &Value| record["message"] == message;
        let read = |line: &String| serde_json::from_str::<Value>(line).unwrap();
        let said = said.wait_for(|said| said.iter().map(read).any(|record| is_wanted(&record)));
        let said = said.await.unwrap();
        let mut records = said.iter().map(read);
        records.find(is_wanted).unwrap()
    }

    /// A figure of the process in KiB, by its name in `/proc/<id>/status`, such as `VmRSS`.
    #[must_use]
    pub fn memory_kib(&self, figure: &str) -> usize {
        let status = format!("/proc/{}/status", self.child.id().unwrap());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find(|line| line.starts_with(figure));
        let number = line.unwrap().split_whitespace().nth(1).unwrap();
        number.parse().unwrap()
    }

    /// SIGTERM, and how the process ended after it.
    pub async fn stop(self) -> ExitStatus {
        self.ask_to_stop();
        self.ended().await
    }

    /// SIGTERM.
    pub fn ask_to_stop(&self) {
        let id = i32::try_from(self.child.id().unwrap()).unwrap();
        let id = rustix::process::Pid::from_raw(id).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    }

    /// How the process ended.
    pub async fn ended(mut self) -> ExitStatus {
        self.child.wait().await.unwrap()
    }

    /// SIGKILL: nothing can be finished.
    pub fn kill(&mut self) {
        self.child.start_kill().unwrap();
    }

    /// Waits until a process that was killed is gone.
    pub async fn wait_until_gone(mut self) {
        let status = self.child.wait().await.unwrap();
        assert!(!status.success(), "it ended by itself: {status}");
    }
}

/// Makes a partner and a client, as an operator does.
pub async fn bootstrap(program: &Path, database: &Database) -> Value {
    bootstrap_by(command(program, database)).await
}

/// The same, with the program started by a command of one's own.
pub async fn bootstrap_by(mut program: Command) -> Value {
    let output = program
        .args(["bootstrap", "--partner", "T112", "--json"])
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.is_empty(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Nothing of the environment may change what the program does.
pub fn command(program: &Path, database: &Database) -> Command {
    let mut command = Command::new(program);
    database.give_to(&mut command);
    command
        .env("KOBLING_SERVER__PUBLIC_URL", PUBLIC_URL)
        .kill_on_drop(true);
    command
}

/// The address in the line of the log with this message.
fn address_in(line: &str, message: &str) -> Option<SocketAddr> {
    let record: Value = serde_json::from_str(line).ok()?;
    if record.get("message")? != message {
        return None;
    }
    record.get("address")?.as_str()?.parse().ok()
}
