//! Two equal nodes of the service on one database.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::Pid;
use serde_json::Value;
use tokio::process::Command;
use tokio::sync::watch;

use crate::process::{PUBLIC_URL, Process, SERVE, bootstrap_by};

pub(super) const NODES: usize = 2;
/// How long a node may take to say that it is ready, once it could be.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The nodes, and where they listen at the moment.
#[derive(Debug)]
pub(super) struct Nodes {
    program: PathBuf,
    database: String,
    root_key: String,
    processes: Vec<Process>,
    addresses: watch::Sender<[SocketAddr; NODES]>,
}

impl Nodes {
    /// Makes the partner and starts the nodes. Answers the client too.
    pub(super) async fn start(program: &Path, database: &str, root_key: &str) -> (Self, Value) {
        let client = bootstrap_by(command(program, database, root_key)).await;
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut nodes = Self {
            program: program.to_owned(),
            database: database.to_owned(),
            root_key: root_key.to_owned(),
            processes: Vec::new(),
            addresses: watch::Sender::new([nowhere; NODES]),
        };
        for node in 0..NODES {
            let process = nodes.spawn(node).await;
            nodes.processes.push(process);
        }
        (nodes, client)
    }

    async fn spawn(&self, node: usize) -> Process {
        // It becomes the program, and is ended when this process is gone.
        let setpriv = Path::new("setpriv");
        let mut serving = command(setpriv, &self.database, &self.root_key);
        serving.args(["--pdeathsig", "KILL", "--"]);
        serving.arg(&self.program).args(SERVE);
        // Ctrl-C is for the test, which ends them.
        serving.process_group(0);
        let process = Process::spawn(serving).await;
        let address = process.address;
        self.addresses
            .send_modify(|addresses| addresses[node] = address);
        process
    }

    /// One of them.
    pub(super) fn process(&self, node: usize) -> &Process {
        &self.processes[node]
    }

    /// Where they listen, now and later.
    pub(super) fn addresses(&self) -> watch::Receiver<[SocketAddr; NODES]> {
        self.addresses.subscribe()
    }

    /// The id of a node's process.
    pub(super) fn id(&self, node: usize) -> Pid {
        Pid::from_raw(self.processes[node].id().cast_signed()).unwrap()
    }

    /// Writes what the processes have said so far, each into a file of its own.
    pub(super) fn write_logs(&self, folder: &Path) {
        for (node, process) in self.processes.iter().enumerate() {
            let file = format!("node-{node}-process-{}.log", process.id());
            std::fs::write(folder.join(file), process.log()).unwrap();
        }
    }

    /// SIGKILL, and a new process in its place.
    pub(super) async fn kill_and_start(&mut self, node: usize) {
        let mut killed = self.processes.remove(node);
        killed.kill();
        killed.wait_until_gone().await;
        let started = self.spawn(node).await;
        self.processes.insert(node, started);
    }

    /// Waits until all say that they can do their work.
    pub(super) async fn wait_until_ready(&self) {
        let http = reqwest::Client::builder().no_proxy();
        let http = http.timeout(Duration::from_secs(5)).build().unwrap();
        for process in &self.processes {
            let began = Instant::now();
            loop {
                let asked = http.get(format!("http://{}/health/ready", process.address));
                let answer = asked.send().await;
                if answer.as_ref().is_ok_and(|answer| answer.status() == 200) {
                    break;
                }
                let elapsed = began.elapsed();
                assert!(elapsed < PATIENCE, "a node is not ready: {answer:?}");
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }
}

/// Nothing of the environment may change what the program does.
fn command(program: &Path, database: &str, root_key: &str) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("KOBLING_DATABASE__URL", database)
        .env("KOBLING_ROOT_KEY", root_key)
        .env("KOBLING_SERVER__PUBLIC_URL", PUBLIC_URL)
        .kill_on_drop(true);
    command
}
