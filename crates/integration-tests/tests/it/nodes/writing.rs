//! Nodes that write at the same time.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Call, TestApp, together};

/// Pairs of requests, one through each node.
const ROUNDS: usize = 20;

fn seqs(log: &[Value]) -> Vec<u64> {
    log.iter()
        .map(|entry| entry["seq"].as_u64().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_at_the_same_moment_makes_one_event() {
    let a = TestApp::start_on_postgres().await;
    let b = a.beside().await;
    let here = a.partner("T112").await;
    let there = here.at(&b);
    let account = here.account().await.id;
    let vipps = [&here, &there].map(|node| node.connection_of(&account));

    for round in 0..ROUNDS {
        let key = format!("key {round}");
        let calls = (0..4).map(|number| {
            let call = vipps[number % 2].record("pending", "once");
            call.idempotency_key(key.replace(' ', "-"))
        });
        let answers = together(calls).await;
        let ids: BTreeSet<String> = answers
            .iter()
            .map(|answer| answer.assert_ok().text_at("/id"))
            .collect();
        assert_eq!(ids.len(), 1, "round {round}: {ids:?}");
        assert_eq!(vipps[0].history().await.len(), round + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_with_one_etag_exactly_one_wins() {
    let a = TestApp::start_on_postgres().await;
    let b = a.beside().await;
    let here = a.partner("T112").await;
    let there = here.at(&b);
    let account = here.account().await.id;
    let vipps = [&here, &there].map(|node| node.connection_of(&account));
    vipps[0].record("pending", "first").await.assert_ok();

    for round in 1..=ROUNDS {
        let etag = format!("\"{round}\"");
        let calls = (0..8).map(|number| {
            let event = format!("round {round}, {number}");
            vipps[number % 2].record("pending", &event).if_match(&etag)
        });
        let answers = together(calls).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(won.len(), 1, "round {round}");
        for answer in lost {
            answer.assert_error(412, "VERSION_MISMATCH");
        }
        let history = vipps[1].history().await;
        assert_eq!(history.len(), round + 1);
        assert_eq!(history[round]["id"], won[0].json()["id"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_partner_and_many_written_through_both_have_no_gap_and_nothing_twice() {
    const PARTNERS: [&str; 6] = ["T112", "T113", "T114", "P112", "P113", "P114"];
    const EVENTS: usize = 40;
    let a = TestApp::start_on_postgres().await;
    let b = a.beside().await;
    let mut partners = Vec::new();
    for id in PARTNERS {
        let here = a.partner(id).await;
        let account = here.account().await.id;
        partners.push((here.at(&b), here, account));
    }
    // Half of all for one partner, and the rest for all the others, through both nodes.
    let calls = (0..2 * EVENTS * PARTNERS.len()).map(|number| -> Call {
        let partner = if number % 2 == 0 {
            0
        } else {
            number / 2 % PARTNERS.len()
        };
        let (there, here, account) = &partners[partner];
        let node = if number / 4 % 2 == 0 { here } else { there };
        let event = format!("event {number}");
        node.connection_of(account).record("pending", &event)
    });
    let calls: Vec<Call> = calls.collect();
    let mut acknowledged = 0;
    let mut left = calls.into_iter();
    loop {
        let some: Vec<Call> = left.by_ref().take(64).collect();
        if some.is_empty() {
            break;
        }
        for answer in together(some).await {
            answer.assert_ok();
            acknowledged += 1;
        }
    }

    let mut stored = 0;
    for (there, here, account) in &partners {
        let log = here.log().await;
        assert_eq!(there.log().await, log);
        let all: Vec<u64> = (1..).take(log.len()).collect();
        assert_eq!(seqs(&log), all, "no gap, in order");
        let times = log.iter().map(|entry| entry["time"].as_str().unwrap());
        assert!(times.is_sorted());
        let events: Vec<&Value> = log
            .iter()
            .filter(|entry| entry["type"] == "kobling.connection_event.recorded")
            .collect();
        let names: BTreeSet<&str> = events
            .iter()
            .map(|entry| entry["data"]["event"]["event"].as_str().unwrap())
            .collect();
        assert_eq!(names.len(), events.len(), "nothing twice");
        for (number, entry) in events.iter().enumerate() {
            assert_eq!(entry["data"]["version"], number + 1);
        }
        let read = there.connection_of(account).read().await;
        read.assert_header("etag", &format!("\"{}\"", events.len()));
        stored += events.len();
    }
    assert_eq!(stored, acknowledged);
}
