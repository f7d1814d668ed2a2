//! One of the three: a PostgreSQL server and the Patroni that looks after it.

use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal};
use serde_json::{Value, json};
use tokio::process::Child;

use super::place::Place;
use super::processes::{children, descendants, signal};

/// Seconds for which a leader may be silent before another takes its place. The least that Patroni's documents allow.
pub(super) const LEASE_SECONDS: u32 = 20;
/// Seconds between two looks at everything.
const LOOP_SECONDS: u32 = 2;
/// Seconds that a call to etcd or PostgreSQL may take. Patroni wants `loop_wait + 2 * retry_timeout <= ttl`.
const RETRY_SECONDS: u32 = 8;

/// Passwords of a run.
#[derive(Clone, Debug)]
pub(super) struct Passwords {
    pub(super) superuser: String,
    pub(super) replication: String,
    pub(super) kobling: String,
}

/// Where members agree on who leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Agreement {
    /// The port of etcd.
    pub(super) etcd: u16,
    pub(super) protocol: Protocol,
}

/// How Patroni speaks with etcd.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Protocol {
    /// The older one: a leader holds its key by compare and swap.
    Two,
    /// The newer one.
    Three,
}

impl Protocol {
    /// Before 3.0.3, Patroni writes the leader's key by the newer protocol without looking whose it is: a leader that was
    /// stopped for longer than its lease takes the lead back from the one that was elected meanwhile, and what was
    /// acknowledged there is rewound (patroni/patroni#2689).
    pub(super) fn of(version: &str) -> Self {
        let numbers = version.trim_start_matches("patroni ").split('.');
        let numbers: Vec<u32> = numbers.map_while(|number| number.parse().ok()).collect();
        if numbers < vec![3, 0, 3] {
            Self::Two
        } else {
            Self::Three
        }
    }

    fn section(self) -> &'static str {
        match self {
            Self::Two => "etcd",
            Self::Three => "etcd3",
        }
    }
}

/// A member of the cluster.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) port: u16,
    pub(super) patroni_port: u16,
    pub(super) folder: PathBuf,
    guard: Option<Child>,
}

impl Member {
    /// Writes its configuration. It is not started yet.
    pub(super) fn prepare(
        place: &mut Place,
        name: &'static str,
        agreement: &Agreement,
        postgres: &Path,
        passwords: &Passwords,
    ) -> Self {
        let member = Self {
            name,
            port: place.port(),
            patroni_port: place.port(),
            folder: place.new_folder(name),
            guard: None,
        };
        let configuration = member.configuration(agreement, postgres, passwords);
        // JSON is YAML.
        place.new_file(&member.file(), &format!("{configuration:#}\n"));
        member
    }

    fn file(&self) -> PathBuf {
        self.folder.join("patroni.yml")
    }

    fn configuration(
        &self,
        agreement: &Agreement,
        postgres: &Path,
        passwords: &Passwords,
    ) -> Value {
        let patroni = format!("127.0.0.1:{}", self.patroni_port);
        let server = format!("127.0.0.1:{}", self.port);
        let superuser = json!({"username": "postgres", "password": passwords.superuser});
        json!({
            "scope": "kobling",
            "name": self.name,
            "restapi": {"listen": patroni, "connect_address": patroni},
            agreement.protocol.section(): {"host": format!("127.0.0.1:{}", agreement.etcd)},
            "bootstrap": {
                "dcs": agreed(),
                "initdb": [{"encoding": "UTF8"}, {"locale": "C.UTF-8"}, "data-checksums"],
                "pg_hba": [
                    "local all all scram-sha-256",
                    "host all all 127.0.0.1/32 scram-sha-256",
                    "host replication replicator 127.0.0.1/32 scram-sha-256",
                ],
            },
            "postgresql": {
                "listen": server,
                "connect_address": server,
                "data_dir": self.data(),
                "bin_dir": postgres,
                "pgpass": self.folder.join("pgpass"),
                "authentication": {
                    "superuser": superuser,
                    "rewind": superuser,
                    "replication": {"username": "replicator", "password": passwords.replication},
                },
                "basebackup": {"checkpoint": "fast"},
                "parameters": {"unix_socket_directories": self.folder},
                "remove_data_directory_on_rewind_failure": true,
                "remove_data_directory_on_diverged_timelines": true,
            },
            "watchdog": {"mode": "off"},
        })
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts Patroni, which starts the rest.
    pub(super) fn start(&mut self, place: &Place) {
        let file = self.file().to_str().unwrap().to_owned();
        self.guard = Some(place.start(&self.folder, "patroni", &[file]));
    }

    /// SIGKILL to all of it at once, as when its machine is gone. Answers how many processes that were.
    pub(super) async fn kill(&mut self) -> usize {
        let mut killed = 0;
        loop {
            let all = descendants(self.guard_id());
            if all.is_empty() {
                break;
            }
            signal(&all, Signal::KILL);
            killed = killed.max(all.len());
            tokio::task::yield_now().await;
        }
        self.wait_until_gone().await;
        killed
    }

    /// SIGKILL to Patroni and the postmaster alone; the postmaster's children find out by themselves.
    pub(super) async fn kill_heads(&mut self) -> usize {
        let heads = [self.patroni(), self.postmaster()];
        signal(&heads, Signal::KILL);
        self.wait_until_gone().await;
        heads.len()
    }

    /// Until nothing of it is left.
    async fn wait_until_gone(&mut self) {
        let mut guard = self.guard.take().unwrap();
        guard.wait().await.unwrap();
    }

    fn guard_id(&self) -> Pid {
        let id = self.guard.as_ref().and_then(Child::id).unwrap();
        Pid::from_raw(id.cast_signed()).unwrap()
    }

    /// The id of Patroni.
    pub(super) fn patroni(&self) -> Pid {
        let file = self.file();
        let is_patroni = |process: &Pid| {
            let line = format!("/proc/{}/cmdline", process.as_raw_nonzero());
            let line = std::fs::read_to_string(line).unwrap_or_default();
            line.split('\0').any(|word| Path::new(word) == file)
        };
        let mut all = children(self.guard_id()).into_iter();
        all.find(is_patroni).unwrap()
    }

    /// The id of the postmaster.
    pub(super) fn postmaster(&self) -> Pid {
        let text = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        Pid::from_raw(text.lines().next().unwrap().parse().unwrap()).unwrap()
    }
}

/// What all members agree on. `docs/operations/failover.md` says why.
fn agreed() -> Value {
    json!({
        "ttl": LEASE_SECONDS,
        "loop_wait": LOOP_SECONDS,
        "retry_timeout": RETRY_SECONDS,
        "primary_start_timeout": 0,
        "synchronous_mode": true,
        "synchronous_mode_strict": true,
        "maximum_lag_on_failover": 1_048_576,
        "postgresql": {
            "use_pg_rewind": true,
            "use_slots": true,
            "parameters": {
                "synchronous_commit": "on",
                "max_connections": 100,
                "shared_buffers": "64MB",
                "max_wal_size": "512MB",
                "wal_keep_size": "256MB",
                "wal_retrieve_retry_interval": "500ms",
                "wal_sender_timeout": "10s",
                "wal_receiver_timeout": "10s",
                "log_min_messages": "warning",
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patroni_that_takes_the_lead_back_speaks_the_older_protocol() {
        for old in ["patroni 3.0.2", "patroni 2.1.7", "patroni 3.0", ""] {
            assert_eq!(Protocol::of(old), Protocol::Two, "{old}");
        }
        for new in ["patroni 3.0.3", "patroni 3.2.0", "patroni 4.0.6"] {
            assert_eq!(Protocol::of(new), Protocol::Three, "{new}");
        }
    }
}
