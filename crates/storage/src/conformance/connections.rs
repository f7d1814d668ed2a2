//! Connections: what an event makes of one, and on which conditions.

use std::time::Duration;

use domain::connections::ConnectionStatus::{Declined, Enabled, Failed, Pending};
use domain::connections::{
    ConnectionName, ConnectionStatus, Precondition, RecordEvent, RecordEventRefused,
};
use domain::{AccountId, Actor, Caller, Clock};

use crate::conformance::TestDatabase;

fn only_if(wish: RecordEvent, versions: &[u64]) -> RecordEvent {
    RecordEvent {
        only_if: Some(Precondition::Version(versions.to_vec())),
        ..wish
    }
}

pub async fn a_connection_without_events_is_none(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    db.record(db.event(account, "vipps-psp", Enabled)).await;
    let neighbour = db.account(partner).await;
    for (account, name) in [(account, "vipps"), (neighbour, "vipps-psp")] {
        assert_eq!(db.connection(account, name).await, None, "{account} {name}");
    }
    let none = db.storage.list_connections(neighbour, 100).await;
    assert_eq!(none, Ok(Vec::new()));
}

pub async fn a_first_event_begins_the_connection(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    let done = db.record(db.event(account, "vipps", Pending)).await;
    assert_eq!((done.version, done.replayed), (1, false));
    let found = db.connection(account, "vipps").await.unwrap();
    assert_eq!(found.connection.version(), 1);
    assert_eq!(found.connection.status, Pending);
    assert_eq!(found.connection.created_at, db.clock.now());
    assert_eq!(found.connection.created_by, Actor::named("provider"));
    assert_eq!(found.events, [done.event]);
}

pub async fn a_connection_keeps_its_beginning_and_follows_its_last_event(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    let first = db.record(db.event(account, "vipps", Pending)).await;
    for status in [Failed, Failed, Declined, Enabled, Pending] {
        db.clock.step(Duration::from_millis(1));
        let wish = RecordEvent {
            caller: Caller::command("someone else"),
            ..db.event(account, "vipps", status)
        };
        db.record(wish).await;
        let found = db.connection(account, "vipps").await.unwrap().connection;
        assert_eq!(found.status, status);
        assert_eq!(found.updated_at, db.clock.now());
        assert_eq!(found.created_at, first.event.created_at);
        assert_eq!(found.created_by, first.event.created_by);
    }
}

pub async fn two_events_of_one_connection_in_a_batch_follow_each_other(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    for round in 0..3 {
        let wishes = [Enabled, Declined].map(|status| db.event(account, "vipps", status));
        let outcomes = db.write_all(wishes).await;
        let versions: Vec<u64> = outcomes
            .into_iter()
            .map(|done| done.unwrap().version)
            .collect();
        assert_eq!(versions, [round * 2 + 1, round * 2 + 2]);
        let found = db.connection(account, "vipps").await.unwrap();
        assert_eq!(found.connection.version(), round * 2 + 2);
        assert_eq!(found.connection.status, Declined);
    }
}

pub async fn an_accounts_connections_are_listed_by_name(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let neighbour = db.account(partner).await;
    let names: Vec<ConnectionName> = ConnectionName::all().collect();
    for (name, statuses) in names.iter().zip(ConnectionStatus::ALL.iter().cycle()) {
        db.record(db.event(account, name.as_str(), *statuses)).await;
    }
    db.record(db.event(neighbour, "vipps", Pending)).await;
    db.record(db.event(account, "swish", Enabled)).await;
    let found = db.storage.list_connections(account, 100).await.unwrap();
    let mut sorted: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    sorted.sort_unstable();
    let listed: Vec<&str> = found.iter().map(|named| named.name.as_str()).collect();
    assert_eq!(listed, sorted);
    for named in found {
        let alone = db.connection(account, named.name.as_str()).await.unwrap();
        let versions = if named.name.as_str() == "swish" { 2 } else { 1 };
        assert_eq!(alone.connection.version(), versions);
        assert_eq!(named.record, alone);
    }
}

pub async fn an_event_for_an_unknown_account_is_refused(db: TestDatabase) {
    let (partner, _) = db.partner_with_account("T112").await;
    let before = db.log(partner).await;
    for text in ["T11200002", "P11200001", "T11300000"] {
        let account: AccountId = text.parse().unwrap();
        let refused = Err(RecordEventRefused::NoSuchAccount);
        let wish = db.event(account, "vipps", Pending);
        assert_eq!(db.write(wish).await, refused, "{text}");
        assert_eq!(db.connection(account, "vipps").await, None);
    }
    assert_eq!(db.log(partner).await, before);
}

pub async fn the_partners_own_account_takes_events(db: TestDatabase) {
    let partner = db.partner("T112").await;
    let own = partner.own_account();
    assert_eq!(db.record(db.event(own, "payex", Enabled)).await.version, 1);
    assert_eq!(db.account_log_by_pages(own, 1).await.len(), 2);
}

pub async fn if_match_on_a_missing_connection_is_refused(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    let conditions = [
        Precondition::Exists,
        Precondition::Version(vec![0]),
        Precondition::Version(vec![0, 1]),
        Precondition::Version(Vec::new()),
    ];
    for condition in conditions {
        let wish = RecordEvent {
            only_if: Some(condition.clone()),
            ..db.event(account, "vipps", Pending)
        };
        let refused = Err(RecordEventRefused::VersionMismatch { present: None });
        assert_eq!(db.write(wish).await, refused, "{condition:?}");
    }
    assert_eq!(db.connection(account, "vipps").await, None);
}

pub async fn if_match_takes_any_of_its_versions_and_no_other(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    let pending = || db.event(account, "vipps", Pending);
    db.write_all([pending(), pending(), pending()]).await;
    for stale in [&[2][..], &[4], &[1, 2, 4], &[0], &[u64::MAX]] {
        let refused = Err(RecordEventRefused::VersionMismatch { present: Some(3) });
        let wish = only_if(db.event(account, "vipps", Enabled), stale);
        assert_eq!(db.write(wish).await, refused, "{stale:?}");
    }
    assert_eq!(db.record(only_if(pending(), &[3])).await.version, 4);
    assert_eq!(db.record(only_if(pending(), &[9, 4])).await.version, 5);
    let any = RecordEvent {
        only_if: Some(Precondition::Exists),
        ..pending()
    };
    assert_eq!(db.record(any).await.version, 6);
}

pub async fn of_two_events_with_one_if_match_in_a_batch_the_second_is_refused(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    db.record(db.event(account, "vipps", Pending)).await;
    let wishes =
        [Enabled, Declined].map(|status| only_if(db.event(account, "vipps", status), &[1]));
    let mut outcomes = db.write_all(wishes).await.into_iter();
    assert_eq!(outcomes.next().unwrap().unwrap().version, 2);
    let refused = Err(RecordEventRefused::VersionMismatch { present: Some(2) });
    assert_eq!(outcomes.next(), Some(refused));
    let found = db.connection(account, "vipps").await.unwrap().connection;
    assert_eq!(found.status, Enabled);
}
