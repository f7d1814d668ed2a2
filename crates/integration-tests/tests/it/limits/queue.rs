//! Changes that wait to be written, and the database that lets them wait.

use std::time::Duration;

use tokio::task::JoinSet;

use crate::support::{AppLimits, Metrics, Response, TestApp};

/// Changes that may wait.
const QUEUE: usize = 4;
/// Far more than can be in one batch that is under way, and in the queue.
const CALLS_MAX: usize = 400;

#[tokio::test]
async fn a_full_queue_refuses_and_loses_nothing() {
    let app = TestApp::start_with(|settings| {
        settings.token_algorithm = oauth::Algorithm::EdDsa;
        settings.queue_max = QUEUE;
    })
    .await;
    let partner = app.partner("T112").await;
    let vipps = partner.account_named("T11200000").connection("vipps");
    let held = app.hold().await;

    // While another process writes, nothing is answered but refusals.
    let mut calls = JoinSet::new();
    let mut refused: Option<Response> = None;
    for number in 0..CALLS_MAX {
        calls.spawn(
            vipps
                .record("pending", &format!("event {number}"))
                .into_future(),
        );
        tokio::task::yield_now().await;
        refused = calls.try_join_next().map(Result::unwrap);
        if refused.is_some() {
            break;
        }
    }
    let refused = refused.expect("a queue without a bound");
    refused
        .assert_error(503, "UNAVAILABLE")
        .assert_header("retry-after", "1");
    refused.assert_documented_error();
    held.release().await;

    let mut stored = 0;
    while let Some(response) = calls.join_next().await {
        let response = response.unwrap();
        match response.status {
            200 => stored += 1,
            _ => {
                response
                    .assert_error(503, "UNAVAILABLE")
                    .assert_header("retry-after", "1");
            }
        }
    }
    assert!(
        stored >= QUEUE,
        "what fits in the queue is written, not {stored}"
    );
    let events = "SELECT count(*) FROM log_entries WHERE kind = 'connection_event.recorded'";
    let rows = app.count(events).await;
    assert_eq!(usize::try_from(rows).unwrap(), stored);
    vipps.record("enabled", "room again").await.assert_ok();
}

#[tokio::test]
async fn a_database_that_is_busy_for_too_long_is_told() {
    let limits = AppLimits {
        busy_timeout: Some(Duration::from_millis(50)),
        ..AppLimits::default()
    };
    let app = TestApp::start_limited(limits).await;
    let partner = app.partner("T112").await;
    let vipps = partner.account_named("T11200000").connection("vipps");
    let held = app.hold().await;
    let refused = vipps.record("pending", "in vain").await;
    refused
        .assert_error(503, "UNAVAILABLE")
        .assert_header("retry-after", "5");
    // Reading goes on.
    partner.get("/log").await.assert_ok();
    held.release().await;
    vipps.record("pending", "again").await.assert_ok();
    assert_eq!(vipps.history().await.len(), 1);
}

#[tokio::test]
async fn few_tokens_remembered_are_all_valid() {
    let app = TestApp::start_with(|settings| {
        settings.token_algorithm = oauth::Algorithm::EdDsa;
        settings.tokens_remembered_max = 1;
    })
    .await;
    let partner = app.partner("T112").await;
    let mut tokens = Vec::new();
    for _ in 0..5 {
        tokens.push(partner.client.token(&app).await);
    }
    for token in tokens.iter().chain(&tokens) {
        partner.with_token(token).get("/log").await.assert_ok();
    }
}

/// The engine refuses a batch of more partners, so an answer of 200 for each says that none was sent.
#[tokio::test]
async fn a_batch_has_no_more_partners_than_the_database_takes() {
    let limits = AppLimits {
        writers_max: Some(1),
        partners_per_batch_max: Some(2),
        ..AppLimits::default()
    };
    let app = TestApp::start_on_postgres_limited(limits).await;
    let mut partners = Vec::new();
    for id in ["T112", "T113", "T114"] {
        partners.push(app.partner(id).await);
    }
    let before = app.metrics().await;
    let grown = |after: &Metrics, series: &str| after.get(series) - before.get(series);
    let waiting = async |accepted: f64, waiting: f64| loop {
        let now = app.metrics().await;
        let is_there = grown(&now, "kobling_changes_accepted_total") >= accepted
            && now.get("kobling_queue_changes") <= waiting;
        if is_there {
            return;
        }
        tokio::task::yield_now().await;
    };
    let held = app.hold().await;
    let mut calls = JoinSet::new();
    let mut record = |number: usize| {
        let vipps = partners[number % 3].connection_of(&partners[number % 3].own_account());
        let call = vipps.record("pending", &format!("event {number}"));
        calls.spawn(call.into_future());
    };
    // One is under way and waits for the database; the others follow as the next batch.
    record(0);
    waiting(1.0, 0.0).await;
    for number in 1..10 {
        record(number);
    }
    waiting(10.0, 9.0).await;
    held.release().await;
    while let Some(response) = calls.join_next().await {
        response.unwrap().assert_ok();
    }
    let after = app.metrics().await;
    assert_eq!(grown(&after, "kobling_batch_changes_sum"), 10.0);
    // The first; then those of two partners, and those of the third.
    assert_eq!(grown(&after, "kobling_batch_changes_count"), 3.0);
    assert_eq!(grown(&after, "kobling_log_entries_written_total"), 10.0);
}
