//! Filling a store, whatever its engine: accounts, each with all connections, each connection with two events.

use domain::accounts::AddAccount;
use domain::connections::{ConnectionName, ConnectionStatus, NewConnectionEvent, RecordEvent};
use domain::{Caller, Change, IdSeed, JsonText, PartnerId, Proposal};
use storage::Storage;
use tokio::runtime::Runtime;

use crate::failure::{Outcome, Result, While};
use crate::installation::CONNECTIONS;

/// Changes written in one transaction while loading.
const LOAD_BATCH: usize = 2_000;
/// An account as it may be added.
const DOCUMENT: &str = r#"{"business_name":"Shop of a benchmark","country":"NO"}"#;

/// What fills a store, in somebody's name.
pub(crate) struct Loading<'a> {
    storage: &'a dyn Storage,
    caller: Caller,
    runtime: Runtime,
}

impl<'a> Loading<'a> {
    /// Uses a runtime of its own; the storage must not need another.
    pub(crate) fn new(storage: &'a dyn Storage, caller: Caller) -> Result<Self> {
        let built = tokio::runtime::Builder::new_current_thread().build();
        let runtime = built.while_doing("the runtime")?;
        Ok(Self::within(storage, caller, runtime))
    }

    /// Uses the runtime in which the storage was opened.
    pub(crate) fn within(storage: &'a dyn Storage, caller: Caller, runtime: Runtime) -> Self {
        Self {
            storage,
            caller,
            runtime,
        }
    }

    /// Adds the accounts, those of a partner in the order of their numbers, from 1.
    pub(crate) fn load(&self, accounts: &[(PartnerId, u32)]) -> Outcome {
        for part in accounts.chunks(LOAD_BATCH) {
            let wishes = part.iter().map(|(partner, _)| AddAccount {
                caller: self.caller.clone(),
                partner: *partner,
                document: JsonText::from_checked(DOCUMENT),
                id_seed: seed(),
            });
            self.write(wishes)?;
        }
        for _ in 0..2 {
            for part in accounts.chunks(LOAD_BATCH / 10) {
                let wishes = part.iter().flat_map(|account| self.steps(*account));
                self.write(wishes)?;
            }
        }
        Ok(())
    }

    /// One event for each connection of an account.
    fn steps(&self, account: (PartnerId, u32)) -> impl Iterator<Item = RecordEvent> {
        let (partner, number) = account;
        let account = partner.account(number);
        let names = CONNECTIONS.iter().filter(|name| !name.contains('.'));
        let names = names.filter_map(|name| ConnectionName::parse(name).ok());
        names.filter_map(move |connection| {
            Some(RecordEvent {
                caller: self.caller.clone(),
                account: account?,
                connection,
                event: event(),
                id_seed: seed(),
                only_if: None,
                idempotency: None,
            })
        })
    }

    fn write<D>(&self, wishes: impl Iterator<Item = D>) -> Outcome
    where
        D: domain::Decide<Refused: std::fmt::Display>,
    {
        let mut proposals: Vec<Proposal<D>> = wishes.map(Proposal::new).collect();
        let mut changes: Vec<&mut dyn Change> = proposals
            .iter_mut()
            .map(|proposal| proposal as &mut dyn Change)
            .collect();
        let written = self.runtime.block_on(self.storage.write(&mut changes));
        written.while_doing("loading")?;
        for proposal in proposals {
            let outcome = proposal.into_outcome().while_doing("loading")?;
            outcome.while_doing("loading")?;
        }
        Ok(())
    }
}

fn event() -> NewConnectionEvent {
    NewConnectionEvent {
        status: ConnectionStatus::Pending,
        event: "signature_required".to_owned(),
        description: Some("Vipps awaiting signature".to_owned()),
        metadata: Some(JsonText::from_checked(
            r#"{"signature_link": "https://sig.example.com/K34K244"}"#,
        )),
    }
}

fn seed() -> IdSeed {
    IdSeed::draw(&oauth::SystemEntropy)
}
