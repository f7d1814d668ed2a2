//! A partner's log: its order, its times and its pages.

use std::time::Duration;

use domain::Clock;
use domain::connections::ConnectionStatus::{Declined, Enabled, Pending};
use domain::connections::{Precondition, RecordEvent};

use crate::conformance::TestDatabase;
use crate::{LogPage, StoredLogEntry};

fn seqs(log: &[StoredLogEntry]) -> Vec<u64> {
    log.iter().map(|entry| entry.seq).collect()
}

pub async fn an_empty_database_has_no_log(db: TestDatabase) {
    let partner = "T112".parse().unwrap();
    assert_eq!(db.storage.find_stream(partner).await, Ok(None));
    assert_eq!(db.log(partner).await, []);
    let account = "T11200001".parse().unwrap();
    assert_eq!(db.account_log_by_pages(account, 10).await, []);
}

pub async fn the_streams_of_all_partners_are_listed_by_id(db: TestDatabase) {
    assert_eq!(db.storage.list_streams().await, Ok(Vec::new()));
    let (last, account) = db.partner_with_account("T112").await;
    for id in ["P999", "T002", "P112", "T111"] {
        db.partner(id).await;
    }
    db.write_all((0..3).map(|_| db.event(account, "vipps", Pending)))
        .await;
    let listed = db.storage.list_streams().await.unwrap();
    let ids: Vec<String> = listed.iter().map(|(id, _)| id.to_string()).collect();
    assert_eq!(ids, ["P112", "P999", "T002", "T111", "T112"]);
    for (partner, stream) in listed {
        assert_eq!(stream, db.stream(partner).await);
        assert_eq!(stream.last_seq, if partner == last { 5 } else { 1 });
    }
}

pub async fn seq_begins_at_1_and_follows_the_batches(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let events = || (0..3).map(|_| db.event(account, "vipps", Pending));
    db.write_all(events()).await;
    db.write_all(events()).await;
    assert_eq!(seqs(&db.log(partner).await), (1..=8).collect::<Vec<_>>());
    assert_eq!(db.stream(partner).await.last_seq, 8);
}

pub async fn seq_has_no_gaps_across_refusals(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let refused = || RecordEvent {
        only_if: Some(Precondition::Version(vec![99])),
        ..db.event(account, "vipps", Declined)
    };
    let taken = || db.event(account, "vipps", Enabled);
    let outcomes = db
        .write_all([refused(), taken(), refused(), refused(), taken()])
        .await;
    let made: Vec<bool> = outcomes.iter().map(Result::is_ok).collect();
    assert_eq!(made, [false, true, false, false, true]);
    assert!(db.write(refused()).await.is_err());
    db.record(taken()).await;
    assert_eq!(seqs(&db.log(partner).await), [1, 2, 3, 4, 5]);
}

pub async fn partners_have_logs_of_their_own_in_one_batch(db: TestDatabase) {
    let (one, of_one) = db.partner_with_account("T112").await;
    let (two, of_two) = db.partner_with_account("T113").await;
    let wishes = [of_one, of_two, of_one, of_two, of_one];
    let outcomes = db
        .write_all(wishes.map(|account| db.event(account, "vipps", Pending)))
        .await;
    let versions: Vec<u64> = outcomes
        .into_iter()
        .map(|done| done.unwrap().version)
        .collect();
    assert_eq!(versions, [1, 1, 2, 2, 3]);
    assert_eq!(seqs(&db.log(one).await), [1, 2, 3, 4, 5]);
    assert_eq!(seqs(&db.log(two).await), [1, 2, 3, 4]);
    for (partner, account) in [(one, of_one), (two, of_two)] {
        let log = db.log(partner).await;
        assert!(
            log[2..]
                .iter()
                .all(|entry| entry.subject.account == account)
        );
    }
}

pub async fn t112_and_p112_are_two_partners(db: TestDatabase) {
    let (test, in_test) = db.partner_with_account("T112").await;
    assert_eq!(
        db.storage.find_stream("P112".parse().unwrap()).await,
        Ok(None)
    );
    let (production, in_production) = db.partner_with_account("P112").await;
    db.record(db.event(in_test, "vipps", Enabled)).await;
    assert_eq!(db.connection(in_production, "vipps").await, None);
    db.record(db.event(in_production, "vipps", Declined)).await;
    let found = db.connection(in_test, "vipps").await.unwrap().connection;
    assert_eq!((found.status, found.version()), (Enabled, 1));
    assert_eq!(seqs(&db.log(test).await), [1, 2, 3]);
    assert_eq!(seqs(&db.log(production).await), [1, 2, 3]);
    assert_ne!(
        db.stream(test).await.data_key,
        db.stream(production).await.data_key
    );
}

pub async fn time_never_runs_backwards_when_the_clock_does(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let before = db.stream(partner).await.last_at;
    db.clock.step_back(Duration::from_hours(3));
    let done = db.record(db.event(account, "vipps", Pending)).await;
    assert_eq!(done.event.created_at, before);
    db.clock.step(Duration::from_hours(2));
    db.record(db.event(account, "vipps", Pending)).await;
    db.clock
        .step(Duration::from_hours(1) + Duration::from_millis(7));
    let done = db.record(db.event(account, "vipps", Enabled)).await;
    assert_eq!(done.event.created_at, db.clock.now());
    let log = db.log(partner).await;
    let times: Vec<u64> = log
        .iter()
        .map(|entry| entry.at.millis() - before.millis())
        .collect();
    assert_eq!(times, [0, 0, 0, 0, 7]);
    assert_eq!(db.stream(partner).await.last_at, db.clock.now());
}

pub async fn a_clock_set_back_holds_only_the_partners_it_was_ahead_for(db: TestDatabase) {
    let (_, ahead) = db.partner_with_account("T112").await;
    let reached = db.clock.now();
    db.clock.step_back(Duration::from_hours(1));
    let (_, behind) = db.partner_with_account("T113").await;
    let wishes = [ahead, behind].map(|account| db.event(account, "vipps", Pending));
    let outcomes = db.write_all(wishes).await;
    let times: Vec<_> = outcomes
        .into_iter()
        .map(|done| done.unwrap().event.created_at)
        .collect();
    assert_eq!(times, [reached, db.clock.now()]);
}

pub async fn log_pages_of_any_length_are_one_log(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    db.write_all((0..23).map(|_| db.event(account, "vipps", Pending)))
        .await;
    let whole = db.log(partner).await;
    assert_eq!(seqs(&whole), (1..=25).collect::<Vec<_>>());
    for limit in [1, 2, 5, 24, 25, 26, usize::MAX] {
        assert_eq!(db.log_by_pages(partner, limit).await, whole, "by {limit}");
    }
    for (after, limit) in [(0, 0), (25, 10), (26, 10), (u64::MAX, 10)] {
        let page = LogPage { after, limit };
        let found = db.storage.list_log(partner, page).await;
        assert_eq!(found, Ok(Vec::new()), "{page:?}");
    }
}

pub async fn an_accounts_log_is_the_filtered_log_of_its_partner(db: TestDatabase) {
    let (partner, one) = db.partner_with_account("T112").await;
    let two = db.account(partner).await;
    let own = partner.own_account();
    let client = db.write(db.add_client(one, "till")).await.unwrap();
    for round in 0..9 {
        db.record(db.event(one, "vipps", Pending)).await;
        db.write_all([two, one].map(|account| db.event(account, "swish", Pending)))
            .await;
        if round % 3 == 0 {
            db.write(db.add_grant(&client)).await.unwrap();
            db.record(db.event(own, "vipps", Pending)).await;
        }
    }
    let whole = db.log(partner).await;
    for account in [one, two, own] {
        let about = |entry: &&StoredLogEntry| entry.subject.account == account;
        let expected: Vec<StoredLogEntry> = whole.iter().filter(about).cloned().collect();
        assert!(expected.len() >= 4, "{account}");
        for limit in [1, 2, 3, 7, 100] {
            let found = db.account_log_by_pages(account, limit).await;
            assert_eq!(found, expected, "{account} by {limit}");
        }
        for after in 0..=whole.len() as u64 + 1 {
            let page = LogPage { after, limit: 4 };
            let found = db.storage.list_account_log(account, page).await.unwrap();
            let rest = expected.iter().filter(|entry| entry.seq > after);
            assert!(rest.take(4).eq(&found), "{account} after {after}");
        }
    }
}

pub async fn who_waits_for_entries_is_told_when_there_are_some(db: TestDatabase) {
    const LONG: Duration = Duration::from_secs(60);
    let (partner, account) = db.partner_with_account("T112").await;
    let wait = |after, at_most| db.storage.wait_for_entries(partner, after, at_most);
    assert_eq!(
        wait(0, LONG).await,
        Ok(2),
        "what is there is not waited for"
    );
    assert_eq!(wait(2, Duration::ZERO).await, Ok(2));
    assert_eq!(wait(2, Duration::from_millis(20)).await, Ok(2));
    let unknown = "T999".parse().unwrap();
    let none = db.storage.wait_for_entries(unknown, 0, Duration::ZERO);
    assert_eq!(none.await, Ok(0));
    for seq in 3..8 {
        let waiting = {
            let storage = db.storage.clone();
            tokio::spawn(async move { storage.wait_for_entries(partner, seq - 1, LONG).await })
        };
        db.record(db.event(account, "vipps", Pending)).await;
        assert_eq!(waiting.await.unwrap(), Ok(seq));
    }
}
