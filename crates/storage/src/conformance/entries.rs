//! Log entries: what each kind says, and the hash over it.

use std::collections::BTreeSet;

use domain::Proposal;
use domain::connections::ConnectionStatus::{Enabled, Pending};
use domain::log::FactKind;
use serde_json::Value;

use crate::StoredLogEntry;
use crate::conformance::{TestDatabase, wishes};

pub async fn content_hashes_are_intact(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    db.write_all((0..5).map(|_| db.event(account, "vipps", Pending)))
        .await;
    let log = db.log(partner).await;
    assert!(log.iter().all(StoredLogEntry::is_intact));
    let salts: BTreeSet<[u8; 16]> = log.iter().map(|entry| entry.salt).collect();
    assert_eq!(salts.len(), log.len(), "each entry has a salt of its own");
    let mut forged = log[2].clone();
    forged.payload = log[3].payload.clone();
    assert!(!forged.is_intact());
}

pub async fn every_kind_of_entry_says_what_happened_and_no_secret(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    db.record(db.event(account, "vipps", Enabled)).await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let grant = db.write(db.add_grant(&client)).await.unwrap();
    db.write(wishes::delete_grant(&grant)).await.unwrap();
    db.write(wishes::delete_client(&client)).await.unwrap();
    let key = db.write(db.add_signing_key(partner, "RS256")).await;
    let log = db.log(partner).await;
    let kinds: Vec<FactKind> = log.iter().map(|entry| entry.kind).collect();
    let expected = [
        (FactKind::PartnerAdded, "T11200000", "bootstrap", "account"),
        (FactKind::AccountAdded, "T11200001", "console", "account"),
        (
            FactKind::ConnectionEventRecorded,
            "T11200001",
            "provider",
            "event",
        ),
        (FactKind::ClientAdded, "T11200001", "bootstrap", "client"),
        (FactKind::GrantAdded, "T11200001", "bootstrap", "grant"),
        (FactKind::GrantDeleted, "T11200001", "console", "grant"),
        (FactKind::ClientDeleted, "T11200001", "console", "client"),
        (FactKind::SigningKeyAdded, "T11200000", "serve", "key"),
    ];
    assert_eq!(kinds, expected.map(|(kind, ..)| kind));
    let secrets = ["165,165", "a5a5", "data key", "private half", "secret"];
    for (entry, (_, account, actor, member)) in log.iter().zip(expected) {
        let payload: Value = serde_json::from_str(entry.payload.as_str()).unwrap();
        assert_eq!(payload["account_id"], account);
        assert_eq!(entry.subject.account.to_string(), account);
        assert_eq!(entry.actor.as_str(), actor);
        assert!(payload[member].is_object(), "{payload}");
        let told = secrets
            .iter()
            .find(|secret| entry.payload.as_str().contains(**secret));
        assert_eq!(told, None, "{payload}");
    }
    let names = log.iter().map(|entry| entry.subject.connection.is_some());
    assert!(
        names.eq(kinds
            .iter()
            .map(|kind| *kind == FactKind::ConnectionEventRecorded))
    );
    assert_eq!(key.unwrap().created_at, log[7].at);
}

pub async fn a_batch_of_several_kinds_stands_in_its_order(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let mut event = Proposal::new(db.event(account, "vipps", Pending));
    let mut client = Proposal::new(db.add_client(account, "till"));
    let mut more = Proposal::new(db.add_account(partner));
    let mut again = Proposal::new(db.event(account, "vipps", Enabled));
    db.write_batch(&mut [&mut event, &mut client, &mut more, &mut again])
        .await;
    let kinds: Vec<FactKind> = db.log(partner).await[2..]
        .iter()
        .map(|entry| entry.kind)
        .collect();
    let expected = [
        FactKind::ConnectionEventRecorded,
        FactKind::ClientAdded,
        FactKind::AccountAdded,
        FactKind::ConnectionEventRecorded,
    ];
    assert_eq!(kinds, expected);
}
