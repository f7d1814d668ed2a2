//! One blow, and the way back from it.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::blows::Blow;
use super::cluster::{Cluster, Roles};
use super::load::Load;
use super::member::LEASE_SECONDS;
use super::nodes::{NODES, Nodes};
use super::processes::{freeze, signal};
use crate::Dice;

/// How long something stays stopped: well beyond the lease.
const FROZEN: Duration = Duration::from_secs(LEASE_SECONDS as u64 + 10);

/// What came of a blow.
#[derive(Clone, Debug)]
pub struct Round {
    pub blow: Blow,
    /// The member or node that it hit.
    pub victim: String,
    /// How many processes it hit.
    pub processes: usize,
    /// Another member that leads now, and how long after the blow it did.
    pub new_leader: Option<(String, Duration)>,
    /// The longest time without an acknowledgement, from the blow until all was whole again.
    pub pause: Duration,
    /// From the blow until all was whole again.
    pub took: Duration,
    /// What was acknowledged in that time.
    pub acknowledged: usize,
}

/// Everything that runs.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) cluster: Cluster,
    pub(super) nodes: Nodes,
    pub(super) load: Load,
    pub(super) dice: Dice,
    /// As it was when all was whole last.
    pub(super) roles: Roles,
}

impl Whole {
    /// Strikes while events come in, waits until all is whole again and events come in through both nodes.
    pub(super) async fn round(&mut self, blow: Blow) -> Round {
        // A moment by chance, under load.
        self.load.wait_for(100 + self.dice.below(400)).await;
        let before = self.load.ledger.count();
        let began = Instant::now();
        let leader = self.roles.leader;
        let (victim, processes, led_after) = match blow {
            Blow::KillLeader | Blow::KillLeaderHeads | Blow::KillStandby => {
                self.kill_member(blow, began).await
            }
            Blow::KillNode => {
                let node = self.dice.below(NODES);
                self.nodes.kill_and_start(node).await;
                (format!("node {node}"), 1, None)
            }
            _ => self.freeze(blow, began).await,
        };
        self.roles = self.cluster.wait_until_whole().await;
        self.nodes.wait_until_ready().await;
        self.load.wait_for(100).await;
        let now = Instant::now();
        let new = self.roles.leader;
        let took = led_after.unwrap_or_else(|| now - began);
        let name = self.cluster.members[new].name.to_owned();
        Round {
            blow,
            victim,
            processes,
            new_leader: (new != leader).then_some((name, took)),
            pause: self.load.ledger.longest_pause(began, now),
            took: now - began,
            acknowledged: self.load.ledger.count() - before,
        }
    }

    /// Kills a member, waits until the others serve, and starts it again.
    async fn kill_member(
        &mut self,
        blow: Blow,
        began: Instant,
    ) -> (String, usize, Option<Duration>) {
        let Roles { leader, standby } = self.roles;
        let number = if blow.kills_leader() { leader } else { standby };
        let member = &mut self.cluster.members[number];
        let killed = if blow == Blow::KillLeaderHeads {
            member.kill_heads().await
        } else {
            member.kill().await
        };
        let mut led_after = None;
        if blow.kills_leader() {
            self.cluster.wait_for_leader_beside(number).await;
            led_after = Some(began.elapsed());
        }
        self.load.wait_for(100).await;
        let place = &self.cluster.place;
        let member = &mut self.cluster.members[number];
        member.start(place);
        (member.name.to_owned(), killed, led_after)
    }

    /// Stops something for longer than its lease, and continues it.
    async fn freeze(&mut self, blow: Blow, began: Instant) -> (String, usize, Option<Duration>) {
        let Roles { leader, standby } = self.roles;
        let members = &self.cluster.members;
        let (victim, heads) = match blow {
            Blow::FreezeNode => {
                let node = self.dice.below(NODES);
                (format!("node {node}"), vec![self.nodes.id(node)])
            }
            Blow::FreezeStandby => {
                let member = &members[standby];
                let heads = vec![member.patroni(), member.postmaster()];
                (member.name.to_owned(), heads)
            }
            _ => {
                let member = &members[leader];
                let heads = match blow {
                    Blow::FreezePatroni => vec![member.patroni()],
                    Blow::FreezePostgres => vec![member.postmaster()],
                    _ => vec![member.patroni(), member.postmaster()],
                };
                (member.name.to_owned(), heads)
            }
        };
        let frozen = freeze(&heads);
        let mut led_after = None;
        if blow.takes_the_lead_away() {
            self.cluster.wait_for_leader_beside(leader).await;
            led_after = Some(began.elapsed());
        }
        tokio::time::sleep(FROZEN.saturating_sub(began.elapsed())).await;
        signal(&frozen, Signal::CONT);
        (victim, frozen.len(), led_after)
    }
}
