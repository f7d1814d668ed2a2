//! The three servers under Patroni, with etcd: who leads, and whether all is as it should be.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::process::{Child, Command};

use super::member::{Agreement, Member, Passwords, Protocol};
use super::place::{Place, log_of};

const NAMES: [&str; 3] = ["a", "b", "c"];
/// Two for each member, two for etcd.
pub(super) const PORTS: usize = 2 * NAMES.len() + 2;
/// How long anything may take that Patroni does.
const PATIENCE: Duration = Duration::from_secs(180);
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Lines of each log that are shown when something does not come about.
const LINES_SHOWN: usize = 15;

/// The servers. One instance of etcd: it is not what is tried here.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) members: Vec<Member>,
    pub(super) place: Place,
    passwords: Passwords,
    http: reqwest::Client,
    /// Ended with everything else.
    _etcd: Child,
}

/// A member that is whole: who leads, and who has every transaction that was acknowledged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Roles {
    pub(super) leader: usize,
    pub(super) standby: usize,
}

impl Cluster {
    /// Starts it and waits until it is whole.
    pub(super) async fn start(mut place: Place, postgres: &Path, passwords: Passwords) -> Self {
        let (client, peer) = (place.port(), place.port());
        let etcd = start_etcd(&place, client, peer);
        let agreement = Agreement {
            etcd: client,
            protocol: Protocol::of(&place.version("patroni").await),
        };
        let members = NAMES.map(|name| {
            let mut member = Member::prepare(&mut place, name, &agreement, postgres, &passwords);
            member.start(&place);
            member
        });
        let http = reqwest::Client::builder().no_proxy();
        let http = http.timeout(Duration::from_secs(2)).build().unwrap();
        let cluster = Self {
            members: members.into(),
            place,
            passwords,
            http,
            _etcd: etcd,
        };
        let roles = cluster.wait_until_whole().await;
        cluster.make_database(postgres, roles.leader).await;
        cluster
    }

    /// Waits until one leads and both others follow it closely, one of them synchronously.
    pub(super) async fn wait_until_whole(&self) -> Roles {
        self.wait_for("a leader with two standbys", || self.roles())
            .await
    }

    /// Waits until another than this one leads, whatever this one thinks of itself.
    pub(super) async fn wait_for_leader_beside(&self, old: usize) -> usize {
        let wanted = format!("a leader beside {}", NAMES[old]);
        self.wait_for(&wanted, || self.leader_beside(old)).await
    }

    async fn wait_for<T, F: Future<Output = Option<T>>>(
        &self,
        wanted: &str,
        look: impl Fn() -> F,
    ) -> T {
        let began = Instant::now();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            if began.elapsed() > PATIENCE {
                panic!("no {wanted} after {PATIENCE:?}:\n{}", self.told().await);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn roles(&self) -> Option<Roles> {
        let cluster = self.ask(0, "cluster").await?;
        let members = cluster["members"].as_array()?;
        let with_role = |role: &str| members.iter().position(|member| member["role"] == role);
        let roles = Roles {
            leader: with_role("leader")?,
            standby: with_role("sync_standby")?,
        };
        let timeline = &members[roles.leader]["timeline"];
        let is_running =
            |member: &Value| member["state"] == "running" && member["timeline"] == *timeline;
        let leader = self.ask(roles.leader, "patroni").await?;
        let streams = leader["replication"].as_array()?;
        let mut streams = streams.iter().filter(|it| it["state"] == "streaming");
        let is_whole = members.len() == NAMES.len()
            && members.iter().all(is_running)
            && streams.clone().count() == NAMES.len() - 1
            && streams.any(|it| {
                it["sync_state"] == "sync" && it["application_name"] == NAMES[roles.standby]
            });
        is_whole.then_some(roles)
    }

    async fn leader_beside(&self, old: usize) -> Option<usize> {
        for member in (0..NAMES.len()).filter(|member| *member != old) {
            let answer = self.ask(member, "patroni").await.unwrap_or_default();
            // From its version 4 on it says `primary`.
            let leads = answer["role"] == "master" || answer["role"] == "primary";
            if leads && answer["state"] == "running" {
                return Some(member);
            }
        }
        None
    }

    /// None where the member's Patroni does not answer.
    async fn ask(&self, member: usize, path: &str) -> Option<Value> {
        let port = self.members[member].patroni_port;
        let answer = self.http.get(format!("http://127.0.0.1:{port}/{path}"));
        answer.send().await.ok()?.json().await.ok()
    }

    /// What the members say of themselves, and the ends of their logs.
    pub(super) async fn told(&self) -> String {
        let mut told = String::new();
        for (number, member) in self.members.iter().enumerate() {
            let answer = self.ask(number, "patroni").await.unwrap_or_default();
            writeln!(told, "{}: {answer}", member.name).unwrap();
            let log = std::fs::read_to_string(log_of(&member.folder, "patroni"));
            let log = log.unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            for line in &lines[lines.len().saturating_sub(LINES_SHOWN)..] {
                writeln!(told, "    {line}").unwrap();
            }
        }
        let cluster = self.ask(0, "cluster").await.unwrap_or_default();
        writeln!(told, "the cluster: {cluster}").unwrap();
        told
    }

    /// An empty database and its owner, as an operator makes them; waits until it can be asked for at every member.
    async fn make_database(&self, postgres: &Path, leader: usize) {
        let password = &self.passwords.kobling;
        for statement in [
            format!("CREATE ROLE kobling LOGIN PASSWORD '{password}'"),
            "CREATE DATABASE kobling OWNER kobling".to_owned(),
        ] {
            let mut psql = self.psql(postgres, leader, "postgres", &statement);
            assert!(psql.status().await.unwrap().success(), "{statement}");
        }
        for member in 0..NAMES.len() {
            self.wait_for("the database everywhere", || async move {
                let mut psql = self.psql(postgres, member, "kobling", "SELECT 1");
                let output = psql.output().await.unwrap();
                output.status.success().then_some(())
            })
            .await;
        }
    }

    fn psql(&self, postgres: &Path, member: usize, database: &str, statement: &str) -> Command {
        let port = self.members[member].port.to_string();
        let mut psql = Command::new(postgres.join("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement])
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &port,
                "-U",
                "postgres",
                "-d",
                database,
            ])
            .env("PGPASSWORD", &self.passwords.superuser)
            .kill_on_drop(true);
        psql
    }

    /// What finds the leader, whoever it is.
    pub(super) fn url(&self) -> String {
        let hosts = self
            .members
            .iter()
            .map(|it| format!("127.0.0.1:{}", it.port));
        let hosts: Vec<String> = hosts.collect();
        format!(
            "postgres://kobling:{}@{}/kobling?target_session_attrs=read-write",
            self.passwords.kobling,
            hosts.join(",")
        )
    }
}

fn start_etcd(place: &Place, client: u16, peer: u16) -> Child {
    let folder = place.new_folder("etcd");
    let client = format!("http://127.0.0.1:{client}");
    let peer = format!("http://127.0.0.1:{peer}");
    let arguments = [
        "--name=one".to_owned(),
        format!("--data-dir={}", folder.join("data").display()),
        format!("--listen-client-urls={client}"),
        format!("--advertise-client-urls={client}"),
        format!("--listen-peer-urls={peer}"),
        format!("--initial-advertise-peer-urls={peer}"),
        format!("--initial-cluster=one={peer}"),
        "--log-level=warn".to_owned(),
        "--enable-v2=true".to_owned(),
    ];
    place.start(&folder, "etcd", &arguments)
}
