//! Histories: pages in both orders, from any place, however long.

use domain::AccountId;
use domain::connections::ConnectionName;
use domain::connections::ConnectionStatus::{Enabled, Pending};

use crate::conformance::TestDatabase;
use crate::{EventsPage, HistoryEvent, Order};

const ASCENDING: EventsPage = EventsPage {
    order: Order::Ascending,
    after: None,
    limit: usize::MAX,
};

fn versions(history: &[HistoryEvent]) -> Vec<u64> {
    history.iter().map(|event| event.version).collect()
}

/// Records so many events, each named by its version, in batches.
async fn record_many(db: &TestDatabase, account: AccountId, name: &str, count: usize) {
    let mut wishes = Vec::new();
    for version in 1..=count {
        let mut wish = db.event(account, name, Pending);
        wish.event.event = format!("event {version}");
        wishes.push(wish);
    }
    while !wishes.is_empty() {
        let rest = wishes.split_off(wishes.len().min(500));
        for outcome in db.write_all(std::mem::replace(&mut wishes, rest)).await {
            outcome.unwrap();
        }
    }
}

pub async fn the_history_of_a_missing_connection_is_none(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    db.record(db.event(account, "swish", Enabled)).await;
    let vipps = ConnectionName::parse("vipps").unwrap();
    for account in [account, partner.own_account(), partner.account(7).unwrap()] {
        let found = db
            .storage
            .list_connection_events(account, vipps, ASCENDING)
            .await;
        assert_eq!(found, Ok(None), "{account}");
    }
}

pub async fn history_pages_forward_and_back_agree(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    record_many(&db, account, "vipps", 33).await;
    let forth = db.history(account, "vipps", ASCENDING).await;
    assert_eq!(versions(&forth), (1..=33).collect::<Vec<_>>());
    for limit in [1, 2, 7, 10, 32, 33, 34, usize::MAX] {
        let found = db
            .history_by_pages(account, "vipps", Order::Ascending, limit)
            .await;
        assert_eq!(found, forth, "forward by {limit}");
        let mut found = db
            .history_by_pages(account, "vipps", Order::Descending, limit)
            .await;
        found.reverse();
        assert_eq!(found, forth, "back by {limit}");
    }
}

pub async fn a_page_beyond_an_end_is_empty(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    record_many(&db, account, "vipps", 5).await;
    let page = async |order, after, limit| {
        let page = EventsPage {
            order,
            after,
            limit,
        };
        versions(&db.history(account, "vipps", page).await)
    };
    let none: [u64; 0] = [];
    for after in [Some(5), Some(6), Some(u64::MAX)] {
        assert_eq!(page(Order::Ascending, after, 3).await, none, "{after:?}");
    }
    for after in [Some(0), Some(1)] {
        assert_eq!(page(Order::Descending, after, 3).await, none, "{after:?}");
    }
    for order in [Order::Ascending, Order::Descending] {
        assert_eq!(page(order, None, 0).await, none);
    }
    assert_eq!(page(Order::Ascending, Some(0), 3).await, [1, 2, 3]);
    assert_eq!(page(Order::Descending, Some(6), 3).await, [5, 4, 3]);
    assert_eq!(
        page(Order::Descending, Some(u64::MAX), 9).await,
        [5, 4, 3, 2, 1]
    );
}

pub async fn history_of_3000_events_is_read_from_any_place(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    record_many(&db, account, "vipps", 3_000).await;
    let whole = db.history(account, "vipps", ASCENDING).await;
    assert_eq!(whole.len(), 3_000);
    for (entry, version) in whole.iter().zip(1..) {
        assert_eq!(entry.version, version);
        assert_eq!(entry.event.reported.event, format!("event {version}"));
    }
    let near_powers = (2..12).flat_map(|bits| (1 << bits) - 3..(1 << bits) + 3);
    let places = (0..3_000).step_by(83).chain(near_powers);
    for place in places.chain([2_999, 3_000]) {
        let after = Some(place);
        let page = |order| EventsPage {
            order,
            after,
            limit: 3,
        };
        let forth = db.history(account, "vipps", page(Order::Ascending)).await;
        let newer = whole.iter().filter(|event| event.version > place);
        assert!(
            newer.take(3).eq(&forth),
            "after {place}: {:?}",
            versions(&forth)
        );
        let back = db.history(account, "vipps", page(Order::Descending)).await;
        let older = whole.iter().rev().filter(|event| event.version < place);
        assert!(
            older.take(3).eq(&back),
            "before {place}: {:?}",
            versions(&back)
        );
    }
}

pub async fn histories_that_take_turns_stay_apart(db: TestDatabase) {
    let (partner, one) = db.partner_with_account("T112").await;
    let two = db.account(partner).await;
    let places = [
        (one, "vipps"),
        (two, "vipps"),
        (one, "swish"),
        (one, "payex"),
    ];
    let mut told = vec![Vec::new(); places.len()];
    for round in 0..40 {
        // Connections take 1, 2, 3 and 4 events per batch at most, so that their chains differ.
        let of_round = (0..4).filter(|place| round % (place + 1) == 0);
        let mut wishes = Vec::new();
        for place in of_round {
            let (account, name) = places[place];
            for _ in 0..=place {
                let mut wish = db.event(account, name, Pending);
                wish.event.event = format!("{place} in {round}");
                told[place].push(wish.event.event.clone());
                wishes.push(wish);
            }
        }
        db.write_all(wishes).await;
    }
    for ((account, name), told) in places.into_iter().zip(told) {
        let found = db
            .history_by_pages(account, name, Order::Ascending, 6)
            .await;
        let events = found.iter().map(|entry| entry.event.reported.event.clone());
        assert!(events.eq(told), "{account} {name}");
        let order: Vec<u64> = (1..=found.len() as u64).collect();
        assert_eq!(versions(&found), order);
    }
}

pub async fn a_record_carries_its_newest_events_oldest_first(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    record_many(&db, account, "vipps", 12).await;
    let whole = db.history(account, "vipps", ASCENDING).await;
    let vipps = ConnectionName::parse("vipps").unwrap();
    for events_max in [0, 1, 5, 11, 12, 13, usize::MAX] {
        let found = db.storage.find_connection(account, vipps, events_max);
        let record = found.await.unwrap().unwrap();
        let newest = whole.iter().map(|entry| &entry.event);
        let newest = newest.skip(12_usize.saturating_sub(events_max));
        assert!(newest.eq(&record.events), "{events_max} at most");
        assert_eq!(record.connection.version(), 12);
        let listed = db.storage.list_connections(account, events_max).await;
        assert_eq!(listed.unwrap()[0].record, record);
    }
}
