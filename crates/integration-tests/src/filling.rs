//! A file filled with accounts, connections and events, faster than over HTTP: in batches, through the engine.

use std::path::Path;
use std::sync::Arc;

use domain::accounts::AddAccount;
use domain::connections::{
    ConnectionName, ConnectionStatus, Idempotency, IdempotencyHash, NewConnectionEvent,
    RecordEvent, RequestHash,
};
use domain::{Caller, Change, Decide, Entropy, IdSeed, JsonText, PartnerId, Proposal};
use storage::{Reader as _, Storage as _};
use storage_sqlite::{SqliteOptions, SqliteStorage};

use crate::SeededEntropy;

/// Changes of a batch.
const BATCH: usize = 2_000;

/// Events of an account.
const EVENTS_PER_ACCOUNT: usize = 12;

/// The connections of each account, which get the same number of events each.
const CONNECTIONS: [&str; 6] = [
    "instabank",
    "vipps",
    "payex",
    "collector",
    "swish",
    "bambora",
];

/// One event in so many was sent with an idempotency key.
const ONE_KEY_IN: usize = 10;

/// Adds so many events to a partner that is there, and one account for every twelve. No server may run on the file.
pub async fn fill(database: &Path, partner: PartnerId, events: usize, seed: u64) {
    let entropy = Arc::new(SeededEntropy::new(seed));
    let clock = Arc::new(domain::SystemClock);
    let options = SqliteOptions::at(database);
    let storage = SqliteStorage::open(&options, clock, entropy.clone()).unwrap();
    let stream = storage.find_stream(partner).await.unwrap().unwrap();
    let accounts = events.div_ceil(EVENTS_PER_ACCOUNT);
    let wishes = (0..accounts).map(|_| AddAccount {
        caller: Caller::command("filling"),
        partner,
        document: JsonText::from_checked(r#"{"business_name":"Ærlig butikk","country":"NO"}"#),
        id_seed: IdSeed::draw(entropy.as_ref()),
    });
    write(&storage, wishes).await;
    let first = stream.last_account_number + 1;
    let wishes = (0..events).map(|number| {
        let account = first + u32::try_from(number % accounts).unwrap();
        let name = CONNECTIONS[number / accounts % CONNECTIONS.len()];
        RecordEvent {
            caller: Caller::command("filling"),
            account: partner.account(account).unwrap(),
            connection: ConnectionName::parse(name).unwrap(),
            event: event(number),
            id_seed: IdSeed::draw(entropy.as_ref()),
            only_if: None,
            idempotency: (number % ONE_KEY_IN == 0).then(|| idempotency(entropy.as_ref())),
        }
    });
    write(&storage, wishes).await;
}

fn event(number: usize) -> NewConnectionEvent {
    let statuses = [ConnectionStatus::Pending, ConnectionStatus::Enabled];
    NewConnectionEvent {
        status: statuses[number % statuses.len()],
        event: "signature_required".to_owned(),
        description: Some(format!("Venter på underskrift nr. {number}")),
        metadata: Some(JsonText::from_checked(
            r#"{"signature_link": "https://sig.example.com/K34K244",
  "attempt": 1.0, "comment": "ø \u00f8 € 🖋"}"#,
        )),
    }
}

fn idempotency(entropy: &SeededEntropy) -> Idempotency {
    let mut bytes = [0; 64];
    entropy.fill(&mut bytes);
    let (key, request) = bytes.split_at(32);
    Idempotency {
        key: IdempotencyHash(key.try_into().unwrap()),
        request: RequestHash(request.try_into().unwrap()),
    }
}

async fn write<D>(storage: &SqliteStorage, mut wishes: impl Iterator<Item = D>)
where
    D: Decide<Refused: std::fmt::Debug>,
{
    loop {
        let batch = wishes.by_ref().take(BATCH).map(Proposal::new);
        let mut proposals: Vec<Proposal<D>> = batch.collect();
        if proposals.is_empty() {
            return;
        }
        let mut changes: Vec<&mut dyn Change> = Vec::new();
        for proposal in &mut proposals {
            changes.push(proposal);
        }
        storage.write(&mut changes).await.unwrap();
        for proposal in proposals {
            let refused = proposal.into_outcome().unwrap().err();
            assert!(refused.is_none(), "{refused:?}");
        }
    }
}
