//! What should come of each wish.

use std::time::Duration;

use domain::accounts::{Account, AddAccount, AddAccountRefused};
use domain::clients::{AddClient, AddClientRefused, Client, DeleteClient, DeleteClientRefused};
use domain::connections::{
    ConnectionEvent, EventRecorded, Precondition, RecordEvent, RecordEventRefused,
};
use domain::grants::{AddGrant, AddGrantRefused, DeleteGrant, DeleteGrantRefused, Grant};
use domain::log::FactKind;
use domain::partners::AddPartner;
use domain::{Caller, CallerStale, Change, JsonText, Proposal, Timestamp};

use crate::conformance::model::{KeptAnswer, Model, Partner};

const DAY: Duration = Duration::from_hours(24);

/// One change of a batch, with its outcome once written.
#[derive(Debug)]
pub(crate) enum Wish {
    Event(Proposal<RecordEvent>, RecordEvent),
    Account(Proposal<AddAccount>, AddAccount),
    Client(Proposal<AddClient>, AddClient),
    ClientGone(Proposal<DeleteClient>, DeleteClient),
    Grant(Proposal<AddGrant>, AddGrant),
    GrantGone(Proposal<DeleteGrant>, DeleteGrant),
}

/// What the caller is told.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    Event(Result<EventRecorded, RecordEventRefused>),
    Account(Result<Account, AddAccountRefused>),
    Client(Result<Client, AddClientRefused>),
    ClientGone(Result<(Client, Timestamp), DeleteClientRefused>),
    Grant(Result<Grant, AddGrantRefused>),
    GrantGone(Result<(Grant, Timestamp), DeleteGrantRefused>),
}

impl Wish {
    pub(crate) fn change(&mut self) -> &mut dyn Change {
        match self {
            Self::Event(proposal, _) => proposal,
            Self::Account(proposal, _) => proposal,
            Self::Client(proposal, _) => proposal,
            Self::ClientGone(proposal, _) => proposal,
            Self::Grant(proposal, _) => proposal,
            Self::GrantGone(proposal, _) => proposal,
        }
    }

    pub(crate) fn outcome(self) -> Outcome {
        use crate::conformance::outcome;
        match self {
            Self::Event(proposal, _) => Outcome::Event(outcome(proposal)),
            Self::Account(proposal, _) => Outcome::Account(outcome(proposal)),
            Self::Client(proposal, _) => Outcome::Client(outcome(proposal)),
            Self::ClientGone(proposal, _) => Outcome::ClientGone(outcome(proposal)),
            Self::Grant(proposal, _) => Outcome::Grant(outcome(proposal)),
            Self::GrantGone(proposal, _) => Outcome::GrantGone(outcome(proposal)),
        }
    }
}

impl Model {
    /// Sets a partner up.
    pub(crate) fn add_partner(&mut self, wish: &AddPartner, now: Timestamp) {
        let mut partner = Partner {
            epoch: 1,
            ..Partner::default()
        };
        let own = wish.partner.own_account();
        let actor = &wish.caller.actor;
        partner.accounts.push(Account {
            id: own,
            uuid: wish.id_seed.id_at(now),
            document: JsonText::from_checked("{}"),
            active: true,
            created_at: now,
            created_by: actor.clone(),
            updated_at: now,
            deletion: None,
        });
        partner.append(now, FactKind::PartnerAdded, actor, own, None);
        self.partners.insert(wish.partner, partner);
    }

    /// Does what the wish says, or finds out why not.
    pub(crate) fn take(&mut self, wish: &Wish, now: Timestamp) -> Outcome {
        let id = match wish {
            Wish::Event(_, wish) => wish.account.partner(),
            Wish::Account(_, wish) => wish.partner,
            Wish::Client(_, wish) => wish.account.partner(),
            Wish::ClientGone(_, wish) => wish.account.partner(),
            Wish::Grant(_, wish) => wish.account.partner(),
            Wish::GrantGone(_, wish) => wish.account.partner(),
        };
        let partner = self.partners.get_mut(&id).unwrap();
        let at = now.max(partner.last_at());
        match wish {
            Wish::Event(_, wish) => Outcome::Event(partner.record(wish, at)),
            Wish::Account(_, wish) => Outcome::Account(partner.add_account(wish, at)),
            Wish::Client(_, wish) => Outcome::Client(partner.add_client(wish, at)),
            Wish::ClientGone(_, wish) => Outcome::ClientGone(partner.delete_client(wish, at)),
            Wish::Grant(_, wish) => Outcome::Grant(partner.add_grant(wish, at)),
            Wish::GrantGone(_, wish) => Outcome::GrantGone(partner.delete_grant(wish, at)),
        }
    }
}

impl Partner {
    pub(super) fn present(&self, caller: &Caller) -> Result<(), CallerStale> {
        match caller.auth_epoch {
            Some(epoch) if epoch != self.epoch => Err(CallerStale),
            _ => Ok(()),
        }
    }

    fn record(
        &mut self,
        wish: &RecordEvent,
        at: Timestamp,
    ) -> Result<EventRecorded, RecordEventRefused> {
        self.present(&wish.caller)?;
        let kept = wish
            .idempotency
            .and_then(|idempotency| Some((idempotency, self.answers.get(&idempotency.key.0)?)))
            .filter(|(_, kept)| at < kept.event.created_at.plus(DAY));
        if let Some((idempotency, kept)) = kept {
            if kept.body != idempotency.request.0 {
                return Err(RecordEventRefused::IdempotencyKeyReused);
            }
            return Ok(EventRecorded {
                event: kept.event.clone(),
                version: kept.version,
                replayed: true,
            });
        }
        if !self.has_account(wish.account) {
            return Err(RecordEventRefused::NoSuchAccount);
        }
        let history = self.histories.get(&(wish.account, wish.connection));
        let length = history.map_or(0, |history| history.len() as u64);
        let matches = match &wish.only_if {
            None => true,
            Some(Precondition::Exists) => length > 0,
            Some(Precondition::Version(any)) => length > 0 && any.contains(&length),
        };
        if !matches {
            let present = (length > 0).then_some(length);
            return Err(RecordEventRefused::VersionMismatch { present });
        }
        Ok(self.recorded(wish, length + 1, at))
    }

    fn recorded(&mut self, wish: &RecordEvent, version: u64, at: Timestamp) -> EventRecorded {
        let actor = &wish.caller.actor;
        let event = ConnectionEvent {
            id: wish.id_seed.id_at(at),
            created_at: at,
            created_by: actor.clone(),
            reported: wish.event.clone(),
        };
        let kind = FactKind::ConnectionEventRecorded;
        self.append(at, kind, actor, wish.account, Some(wish.connection));
        let history = self.histories.entry((wish.account, wish.connection));
        history.or_default().push(event.clone());
        if let Some(idempotency) = wish.idempotency {
            let kept = KeptAnswer {
                body: idempotency.request.0,
                version,
                event: event.clone(),
            };
            self.answers.insert(idempotency.key.0, kept);
        }
        EventRecorded {
            event,
            version,
            replayed: false,
        }
    }

    fn add_account(
        &mut self,
        wish: &AddAccount,
        at: Timestamp,
    ) -> Result<Account, AddAccountRefused> {
        self.present(&wish.caller)?;
        let number = u32::try_from(self.accounts.len()).unwrap();
        let account = Account {
            id: wish.partner.account(number).unwrap(),
            uuid: wish.id_seed.id_at(at),
            document: wish.document.clone(),
            active: false,
            created_at: at,
            created_by: wish.caller.actor.clone(),
            updated_at: at,
            deletion: None,
        };
        let actor = &wish.caller.actor;
        self.append(at, FactKind::AccountAdded, actor, account.id, None);
        self.accounts.push(account.clone());
        Ok(account)
    }
}
