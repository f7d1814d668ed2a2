//! The program as a process of its own.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

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
    said: Arc<AtomicUsize>,
}

impl Process {
    /// Starts it and waits until it listens.
    pub async fn start(program: &Path, database: &Path) -> Self {
        Self::start_with(program, database, &[]).await
    }

    /// The same with settings, as variables of the environment.
    pub async fn start_with(program: &Path, database: &Path, settings: &[(&str, &str)]) -> Self {
        let mut child = command(program, database)
            .envs(settings.iter().copied())
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
        let mut metrics_address = None;
        let address = loop {
            let line = lines.next_line().await.unwrap();
            let Some(line) = line else {
                panic!("it ended before it served:\n{}", said.join("\n"));
            };
            if let Some(address) = address_in(&line, "serving") {
                break address;
            }
            metrics_address = metrics_address.or(address_in(&line, "serving metrics"));
            said.push(line);
        };
        // What it says later is read, lest it wait for a reader.
        let count = Arc::new(AtomicUsize::new(0));
        let said = Arc::clone(&count);
        tokio::spawn(async move {
            while let Ok(Some(_)) = lines.next_line().await {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self {
            child,
            address,
            metrics_address,
            said,
        }
    }

    /// Lines of its log since it serves.
    #[must_use]
    pub fn said(&self) -> usize {
        self.said.load(Ordering::Relaxed)
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
pub async fn bootstrap(program: &Path, database: &Path) -> Value {
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
pub fn command(program: &Path, database: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("KOBLING_DATABASE__URL", database)
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
