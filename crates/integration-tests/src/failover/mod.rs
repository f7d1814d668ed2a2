//! The failover test: three PostgreSQL servers under Patroni with etcd, two nodes of the service on them, and callers that
//! report through both while leaders are killed and processes are stopped.
//!
//! What was acknowledged is there once and in its place, whoever was killed; and everything comes back by itself.

mod blows;
mod check;
mod cluster;
mod load;
mod member;
mod nodes;
mod place;
mod processes;
mod report;
mod round;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use tokio::process::Command;

use crate::Dice;
use crate::target::Target;
pub use blows::{Blow, plan};
pub use check::Difference;
use cluster::{Cluster, PORTS};
use load::{ACCOUNTS, Load};
use member::Passwords;
use nodes::Nodes;
pub use place::User;
use place::{Place, first_line};
pub use processes::{end_all, guard};
pub use report::markdown;
pub use round::Round;
use round::Whole;

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The program that serves.
    pub program: PathBuf,
    /// The folder with PostgreSQL's programs.
    pub postgres: PathBuf,
    /// The folder with Debian's packages of what is not installed; without any, everything is.
    pub packages: PathBuf,
    /// How many leaders are killed.
    pub kills: usize,
    /// Other moments for another seed.
    pub seed: u64,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Found {
    /// Of the programs, as they tell them.
    pub versions: Vec<String>,
    pub rounds: Vec<Round>,
    /// From the first report to the last.
    pub took: Duration,
    /// The longest time without an acknowledgement at all.
    pub longest_pause: Duration,
    pub acknowledged: usize,
    pub stored: usize,
    pub difference: Difference,
    pub refusals: Refusals,
}

/// Attempts that ended without an acknowledgement and were repeated.
#[derive(Clone, Copy, Debug)]
pub struct Refusals {
    /// 503: not stored.
    pub unavailable: usize,
    /// 500 and 504: stored or not, it is not known.
    pub unknown: usize,
    /// No whole answer.
    pub broken: usize,
    /// No answer in time.
    pub silent: usize,
}

impl Found {
    /// Rounds after which another member led.
    #[must_use]
    pub fn failovers(&self) -> usize {
        let changed = self
            .rounds
            .iter()
            .filter(|round| round.new_leader.is_some());
        changed.count()
    }

    /// Kills of leaders.
    #[must_use]
    pub fn kills(&self) -> usize {
        let kills = self.rounds.iter().filter(|round| round.blow.kills_leader());
        kills.count()
    }

    /// Rounds in which something was stopped.
    #[must_use]
    pub fn stops(&self) -> usize {
        self.rounds
            .iter()
            .filter(|round| round.blow.freezes())
            .count()
    }

    /// Whether everything that was acknowledged is there once and in its place, and nothing else is.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.difference == Difference::default() && self.stored == self.acknowledged
    }
}

/// Does all of it in this folder. Panics where something does not come about. What was started is still there afterwards:
/// [`end_all`] ends it.
pub async fn failover(asked: &Asked, folder: &Path, progress: impl Fn(&str)) -> Found {
    progress("starting three PostgreSQL servers under Patroni, and etcd");
    let place = Place::prepare(folder, &asked.packages, PORTS).await;
    let cluster = Cluster::start(place, &asked.postgres, passwords()).await;
    progress("starting two Kobling nodes");
    let (nodes, client) = Nodes::start(&asked.program, &cluster.url(), &secret()).await;
    let target = Target::set_up(nodes.process(0), &client, ACCOUNTS).await;
    let mut dice = Dice::new(asked.seed);
    let load = Load::start(&target, &nodes.addresses(), &mut dice);
    let roles = cluster.wait_until_whole().await;
    let mut whole = Whole {
        cluster,
        nodes,
        load,
        dice,
        roles,
    };
    let began = Instant::now();
    let plan = plan(asked.kills);
    let mut rounds = Vec::new();
    for (index, blow) in plan.iter().enumerate() {
        let round = whole.round(*blow).await;
        whole.nodes.write_logs(folder);
        progress(&format!("round {} of {}: {round}", index + 1, plan.len()));
        rounds.push(round);
    }
    let Whole { load, nodes, .. } = &mut whole;
    let load = std::mem::take(load);
    let ledger = load.finish().await;
    let took = began.elapsed();
    let known = ledger.all();
    progress(&format!(
        "comparing {} events with what is stored",
        known.len()
    ));
    let target = target.at(nodes.process(1).address);
    let (stored, difference) = check::compare(&target, &known).await;
    let count = |refusals: &std::sync::atomic::AtomicUsize| refusals.load(Ordering::Relaxed);
    Found {
        versions: versions(asked, &whole.cluster.place).await,
        rounds,
        took,
        longest_pause: ledger.longest_pause(began, began + took),
        acknowledged: known.len(),
        stored,
        difference,
        refusals: Refusals {
            unavailable: count(&ledger.refusals.unavailable),
            unknown: count(&ledger.refusals.unknown),
            broken: count(&ledger.refusals.broken),
            silent: count(&ledger.refusals.silent),
        },
    }
}

async fn versions(asked: &Asked, place: &Place) -> Vec<String> {
    let mut kobling = Command::new(&asked.program);
    let mut postgres = Command::new(asked.postgres.join("postgres"));
    vec![
        first_line(kobling.arg("version")).await,
        first_line(postgres.arg("--version")).await,
        place.version("patroni").await,
        place.version("etcd").await,
    ]
}

/// 32 random bytes, as Kobling takes its root key.
fn secret() -> String {
    let mut bytes = [0; 32];
    let random = std::fs::File::open("/dev/urandom").unwrap();
    std::io::Read::read_exact(&mut &random, &mut bytes).unwrap();
    STANDARD.encode(bytes)
}

/// Without a character that would have to be quoted in a connection string.
fn passwords() -> Passwords {
    let password = || secret().replace(['+', '/', '='], "0");
    Passwords {
        superuser: password(),
        replication: password(),
        kobling: password(),
    }
}
