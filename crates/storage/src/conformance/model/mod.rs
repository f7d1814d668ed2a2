//! What a database should hold, kept the plain way: every partner's entries in a list, and everything else in lists
//! and maps beside it. It shares the wishes and the ids with `domain`, and none of its rules.

mod access;
mod comparison;
mod rules;

use std::collections::{BTreeMap, HashMap};

use domain::accounts::Account;
use domain::clients::Client;
use domain::connections::{ConnectionEvent, ConnectionName};
use domain::grants::Grant;
use domain::log::FactKind;
use domain::{AccountId, Actor, PartnerId, Timestamp};

pub(crate) use rules::{Outcome, Wish};

/// Everything that was written.
#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) partners: BTreeMap<PartnerId, Partner>,
}

/// Everything of one partner.
#[derive(Debug, Default)]
pub(crate) struct Partner {
    pub(crate) entries: Vec<Entry>,
    pub(crate) epoch: u64,
    pub(crate) accounts: Vec<Account>,
    pub(crate) histories: BTreeMap<(AccountId, ConnectionName), Vec<ConnectionEvent>>,
    pub(crate) clients: Vec<Client>,
    pub(crate) grants: Vec<Grant>,
    /// Clients and grants that were there and are not any more.
    pub(crate) ended_clients: Vec<Client>,
    pub(crate) ended_grants: Vec<Grant>,
    answers: HashMap<[u8; 32], KeptAnswer>,
}

/// One entry of a log; its place in the list is its `seq`.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) at: Timestamp,
    pub(crate) kind: FactKind,
    pub(crate) actor: Actor,
    pub(crate) account: AccountId,
    pub(crate) connection: Option<ConnectionName>,
}

#[derive(Debug)]
struct KeptAnswer {
    body: [u8; 32],
    version: u64,
    event: ConnectionEvent,
}

impl Partner {
    fn last_at(&self) -> Timestamp {
        self.entries
            .last()
            .map_or(Timestamp::from_millis(0), |entry| entry.at)
    }

    fn has_account(&self, id: AccountId) -> bool {
        self.accounts.iter().any(|account| account.id == id)
    }

    fn append(
        &mut self,
        at: Timestamp,
        kind: FactKind,
        actor: &Actor,
        account: AccountId,
        connection: Option<ConnectionName>,
    ) {
        let actor = actor.clone();
        self.entries.push(Entry {
            at,
            kind,
            actor,
            account,
            connection,
        });
    }
}
