//! Wishes that fit what is there, made of numbers that know nothing of it.

use domain::clients::{Client, DeleteClient};
use domain::connections::{ConnectionStatus, Precondition, RecordEvent};
use domain::grants::{AddGrant, DeleteGrant, GrantType};
use domain::{AccountId, Actor, Caller, PartnerId, Proposal, Scopes};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

use crate::conformance::TestDatabase;
use crate::conformance::model::{Model, Partner, Wish};
use crate::conformance::wishes::key;

/// A wish before it is known who and what is there.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) partner: usize,
    /// By number under the partner; some are not there.
    account: u32,
    /// How far the caller's epoch is from the present one; none for a command.
    epoch: Option<u64>,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Event {
        connection: usize,
        status: usize,
        only_if: Option<OnlyIf>,
        key: Option<(u8, u8)>,
    },
    Account,
    Client {
        client_id: u8,
    },
    ClientGone {
        which: usize,
    },
    Grant {
        which: usize,
        audience: u32,
    },
    GrantGone {
        which: usize,
    },
}

#[derive(Clone, Debug)]
enum OnlyIf {
    Exists,
    /// Versions by how far they are from the one before the batch.
    Ahead(Vec<u64>),
}

const CONNECTIONS: [&str; 3] = ["vipps", "vipps-psp", "payex"];

fn what() -> impl Strategy<Value = What> {
    let only_if = prop_oneof![
        Just(OnlyIf::Exists),
        vec(0..3_u64, 0..3).prop_map(OnlyIf::Ahead)
    ];
    let only_if = option::weighted(0.4, only_if);
    let key = option::weighted(0.5, (0..4_u8, 0..2_u8));
    let event = (0..CONNECTIONS.len(), 0..4_usize, only_if, key);
    prop_oneof![
        12 => event.prop_map(|(connection, status, only_if, key)| What::Event {
            connection,
            status,
            only_if,
            key,
        }),
        2 => Just(What::Account),
        3 => (0..5_u8).prop_map(|client_id| What::Client { client_id }),
        2 => any::<usize>().prop_map(|which| What::ClientGone { which }),
        3 => (any::<usize>(), 0..4_u32).prop_map(|(which, audience)| What::Grant {
            which,
            audience,
        }),
        2 => any::<usize>().prop_map(|which| What::GrantGone { which }),
    ]
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let epoch = option::weighted(0.3, 0..3_u64);
    let step = (0..3_usize, 0..4_u32, epoch, what());
    step.prop_map(|(partner, account, epoch, what)| Step {
        partner,
        account,
        epoch,
        what,
    })
}

/// One of those that are there or were there.
fn one_of<'a, T>(there: &'a [T], ended: &'a [T], which: usize) -> Option<&'a T> {
    let count = (there.len() + ended.len()).max(1);
    there.iter().chain(ended).nth(which % count)
}

impl Step {
    /// The wish, given what is there before its batch.
    pub(crate) fn wish(&self, db: &TestDatabase, model: &Model, partner: PartnerId) -> Wish {
        let of = &model.partners[&partner];
        let account = partner.account(self.account).unwrap();
        let caller = Caller {
            actor: Actor::named(&format!("actor {}", self.account)),
            // 1 is the present epoch, so that 0 and 2 are stale.
            auth_epoch: self.epoch.map(|ahead| of.epoch + ahead - 1),
        };
        match &self.what {
            What::Event { .. } => {
                let mut wish = self.event(db, of, account);
                wish.caller = caller;
                Wish::Event(Proposal::new(wish.clone()), wish)
            }
            What::Account => {
                let mut wish = db.add_account(partner);
                wish.caller = caller;
                Wish::Account(Proposal::new(wish.clone()), wish)
            }
            What::Client { client_id } => {
                let mut wish = db.add_client(account, &format!("client {client_id}"));
                wish.caller = caller;
                Wish::Client(Proposal::new(wish.clone()), wish)
            }
            What::ClientGone { which } => {
                let client = one_of(&of.clients, &of.ended_clients, *which);
                let wish = DeleteClient {
                    caller,
                    account: self.owner(account, client.map(|client| client.account)),
                    client: client.map_or(Uuid::nil(), |client| client.id),
                };
                Wish::ClientGone(Proposal::new(wish.clone()), wish)
            }
            What::Grant { which, audience } => {
                let client = one_of(&of.clients, &of.ended_clients, *which);
                let wish = self.grant(db, account, client, partner.account(*audience).unwrap());
                let wish = AddGrant { caller, ..wish };
                Wish::Grant(Proposal::new(wish.clone()), wish)
            }
            What::GrantGone { which } => {
                let grant = one_of(&of.grants, &of.ended_grants, *which);
                let wish = DeleteGrant {
                    caller,
                    account: self.owner(account, grant.map(|grant| grant.account)),
                    grant: grant.map_or(Uuid::nil(), |grant| grant.id),
                };
                Wish::GrantGone(Proposal::new(wish.clone()), wish)
            }
        }
    }

    /// The owner, but sometimes another account.
    fn owner(&self, account: AccountId, owner: Option<AccountId>) -> AccountId {
        owner.filter(|_| self.account != 3).unwrap_or(account)
    }

    fn event(&self, db: &TestDatabase, of: &Partner, account: AccountId) -> RecordEvent {
        let What::Event {
            connection,
            status,
            only_if,
            key: keyed,
        } = &self.what
        else {
            panic!("{self:?} is no event");
        };
        let status = ConnectionStatus::ALL[*status];
        let wish = db.event(account, CONNECTIONS[*connection], status);
        let history = of.histories.get(&(account, wish.connection));
        let version = history.map_or(0, Vec::len) as u64;
        RecordEvent {
            only_if: only_if.as_ref().map(|only_if| match only_if {
                OnlyIf::Exists => Precondition::Exists,
                OnlyIf::Ahead(ahead) => {
                    Precondition::Version(ahead.iter().map(|ahead| version + ahead).collect())
                }
            }),
            idempotency: keyed.and_then(|(number, body)| key(number, body)),
            ..wish
        }
    }

    fn grant(
        &self,
        db: &TestDatabase,
        account: AccountId,
        client: Option<&Client>,
        audience_account: AccountId,
    ) -> AddGrant {
        AddGrant {
            caller: Caller::command("console"),
            account: self.owner(account, client.map(|client| client.account)),
            client: client.map_or(Uuid::nil(), |client| client.id),
            audience: audience_account.to_string(),
            audience_account,
            scopes: Scopes::for_bootstrap(),
            grant_type: GrantType::Any,
            id_seed: db.seed(),
        }
    }
}
