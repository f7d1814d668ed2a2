//! The program as a process of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The same in every round, so that tokens stay valid while ports change.
pub(crate) const PUBLIC_URL: &str = "http://kobling.test";

/// A server that runs.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Process {
    /// Starts it and waits until it listens.
    pub(crate) async fn start(program: &Path, database: &Path) -> Self {
        let mut child = command(program, database)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--token-algorithm",
                "EdDSA",
                "--log",
                "info",
            ])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let address = loop {
            let line = lines.next_line().await.unwrap();
            let Some(line) = line else {
                panic!("it ended before it served:\n{}", said.join("\n"));
            };
            if let Some(address) = address_in(&line) {
                break address;
            }
            said.push(line);
        };
        // What it says later is read, lest it wait for a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self { child, address }
    }

    /// SIGKILL: nothing can be finished.
    pub(crate) fn kill(&mut self) {
        self.child.start_kill().unwrap();
    }

    pub(crate) async fn wait_until_gone(mut self) {
        let status = self.child.wait().await.unwrap();
        assert!(!status.success(), "it ended by itself: {status}");
    }
}

/// Makes a partner and a client, as an operator does.
pub(crate) async fn bootstrap(program: &Path, database: &Path) -> Value {
    let output = command(program, database)
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
fn command(program: &Path, database: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("KOBLING_DATABASE__URL", database)
        .env("KOBLING_SERVER__PUBLIC_URL", PUBLIC_URL)
        .kill_on_drop(true);
    command
}

/// The address in the line of the log that says that it serves.
fn address_in(line: &str) -> Option<SocketAddr> {
    let entry: Value = serde_json::from_str(line).ok()?;
    let fields = entry.get("fields")?;
    if fields.get("message")? != "serving" {
        return None;
    }
    fields.get("address")?.as_str()?.parse().ok()
}
