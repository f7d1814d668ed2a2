//! What is done to the running whole, and in which order.

use std::fmt;

/// One thing that happens to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Blow {
    /// SIGKILL to everything on the leader's machine: Patroni, the postmaster, and all that they started.
    KillLeader,
    /// SIGKILL to the leader's Patroni and postmaster alone.
    KillLeaderHeads,
    /// SIGSTOP to everything on the leader's machine for longer than its lease, then SIGCONT.
    FreezeLeader,
    /// The same to its Patroni alone: the server goes on without anyone who would stop it.
    FreezePatroni,
    /// The same to its server alone.
    FreezePostgres,
    /// SIGKILL to everything on the machine of the synchronous standby.
    KillStandby,
    /// SIGSTOP to it for as long as that of a leader.
    FreezeStandby,
    /// SIGKILL to a node of the service, and a new one at once.
    KillNode,
    /// SIGSTOP to a node for longer than any lease of its background work.
    FreezeNode,
}

/// What comes between the kills of leaders, in turn.
const OTHERS: [Blow; 7] = [
    Blow::FreezeLeader,
    Blow::KillNode,
    Blow::FreezePatroni,
    Blow::FreezeStandby,
    Blow::FreezePostgres,
    Blow::FreezeNode,
    Blow::KillStandby,
];

impl Blow {
    /// Whether it is a kill of a leader.
    #[must_use]
    pub fn kills_leader(self) -> bool {
        matches!(self, Self::KillLeader | Self::KillLeaderHeads)
    }

    /// Whether something is stopped and continued later.
    #[must_use]
    pub fn freezes(self) -> bool {
        matches!(
            self,
            Self::FreezeLeader
                | Self::FreezePatroni
                | Self::FreezePostgres
                | Self::FreezeStandby
                | Self::FreezeNode
        )
    }

    /// Whether another leader must come of it.
    #[must_use]
    pub fn takes_the_lead_away(self) -> bool {
        !matches!(
            self,
            Self::KillStandby | Self::FreezeStandby | Self::KillNode | Self::FreezeNode
        )
    }
}

impl fmt::Display for Blow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::KillLeader => "leader killed, all of it",
            Self::KillLeaderHeads => "leader killed, Patroni and postmaster",
            Self::FreezeLeader => "leader stopped, all of it",
            Self::FreezePatroni => "the leader's Patroni stopped",
            Self::FreezePostgres => "the leader's PostgreSQL stopped",
            Self::KillStandby => "synchronous standby killed",
            Self::FreezeStandby => "synchronous standby stopped",
            Self::KillNode => "Kobling node killed",
            Self::FreezeNode => "Kobling node stopped",
        })
    }
}

/// So many kills of leaders, of both kinds by turns, and after two of three something else.
#[must_use]
pub fn plan(kills: usize) -> Vec<Blow> {
    let mut others = OTHERS.into_iter().cycle();
    let mut plan = Vec::new();
    for kill in 0..kills {
        plan.push(if kill % 2 == 0 {
            Blow::KillLeader
        } else {
            Blow::KillLeaderHeads
        });
        if kill % 3 != 2 {
            plan.extend(others.next());
        }
    }
    plan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_kills_come_with_everything_else() {
        let plan = plan(12);

        assert_eq!(plan.iter().filter(|blow| blow.kills_leader()).count(), 12);
        assert!(OTHERS.iter().all(|blow| plan.contains(blow)));
        assert_eq!(plan.len(), 20);
    }
}
