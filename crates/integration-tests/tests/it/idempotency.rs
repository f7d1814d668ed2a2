//! `Idempotency-Key`: repeating a request does nothing more.

use std::time::Duration;

use crate::support::{Response, TestApp, audience, together};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The same event, with the same tag.
#[track_caller]
fn assert_replay(again: &Response, first: &Response) {
    assert_eq!(again.assert_ok().text(), first.assert_ok().text());
    assert_eq!(again.header("etag"), first.header("etag"));
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let body = "{\"event\":\"e\", \"status\":\"pending\",\"description\":\"d\",\"metadata\":{\"b\":1.0,\"a\":1e2}}";

    let first = vipps.record_body(body).idempotency_key("k-1").await;
    vipps.record("enabled", "between").await.assert_ok();
    app.clock.advance(Duration::from_secs(5));
    let again = vipps.record_body(body).idempotency_key("k-1").await;

    assert_replay(&again, &first);
    again.assert_header("etag", "\"1\"");
    assert_eq!(vipps.history().await.len(), 2);
    assert_eq!(vipps.read().await.text_at("/status"), "enabled");
}

#[tokio::test]
async fn twenty_at_once_make_one_event() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let calls = (0..20).map(|_| vipps.record("pending", "started").idempotency_key("k-1"));

    let responses = together(calls).await;

    for response in &responses {
        assert_replay(response, &responses[0]);
    }
    assert_eq!(vipps.history().await.len(), 1);
}

#[tokio::test]
async fn the_same_key_with_other_bytes_is_refused() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let first = r#"{"status":"pending","event":"e"}"#;
    let spaced = r#"{"status": "pending","event":"e"}"#;
    vipps
        .record_body(first)
        .idempotency_key("k-1")
        .await
        .assert_ok();

    let other = vipps.record_body(spaced).idempotency_key("k-1").await;

    other.assert_error(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(vipps.history().await.len(), 1);
    vipps
        .record_body(first)
        .idempotency_key("k-1")
        .await
        .assert_ok();
}

#[tokio::test]
async fn a_replay_ignores_if_match() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps.record("pending", "started").await.assert_ok();
    let call = || {
        vipps
            .record("enabled", "approved")
            .idempotency_key("k-1")
            .if_match("\"1\"")
    };

    let first = call().await;
    let again = call().await;

    assert_replay(&again, &first);
}

#[tokio::test]
async fn only_successes_are_kept() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let call = || vipps.record("enabled", "approved").idempotency_key("k-1");

    call()
        .if_match("\"1\"")
        .await
        .assert_error(412, "VERSION_MISMATCH");
    let stored = call().await;

    stored.assert_ok().assert_header("etag", "\"1\"");
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let first = vipps
        .record("pending", "started")
        .idempotency_key("k-1")
        .await;
    app.clock
        .advance(DAY.saturating_sub(Duration::from_millis(1)));
    let token = partner.client.token(&app).await;
    let vipps = partner
        .with_token(&token)
        .account_named(&vipps.account.id)
        .connection("vipps");

    app.drain_jobs().await;
    assert_replay(
        &vipps
            .record("pending", "started")
            .idempotency_key("k-1")
            .await,
        &first,
    );
    app.clock.advance(Duration::from_millis(1));
    let anew = vipps
        .record("pending", "started")
        .idempotency_key("k-1")
        .await;

    anew.assert_ok().assert_header("etag", "\"2\"");
    assert_eq!(vipps.history().await.len(), 2);
}

#[tokio::test]
async fn a_job_forgets_the_answers_that_ran_out() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    for number in 0..3 {
        let call = vipps
            .record("pending", "started")
            .idempotency_key(format!("k-{number}"));
        call.await.assert_ok();
    }
    app.drain_jobs().await;
    assert_eq!(app.count("SELECT count(*) FROM answers").await, 3);

    app.clock.advance(DAY + Duration::from_millis(1));
    app.drain_jobs().await;

    assert_eq!(app.count("SELECT count(*) FROM answers").await, 0);
}

#[tokio::test]
async fn a_key_survives_a_restart() {
    let app = TestApp::start().await;
    let (account, token, first) = {
        let partner = app.partner("T112").await;
        let account = partner.account().await;
        let call = account.connection("vipps").record("pending", "started");
        let first = call.idempotency_key("k-1").await;
        (account.id, partner.token, first)
    };

    let app = app.restart().await;

    let partner = app.partner("T112").await.with_token(&token);
    let vipps = partner.account_named(&account).connection("vipps");
    let again = vipps
        .record("pending", "started")
        .idempotency_key("k-1")
        .await;
    assert_replay(&again, &first);
    assert_eq!(vipps.history().await.len(), 1);
}

#[tokio::test]
async fn two_spellings_of_one_path_share_the_key() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let first = account
        .connection("payex")
        .record("pending", "e")
        .idempotency_key("k-1")
        .await;

    for owner in ["T112", "T11200000"] {
        for name in ["payex", "payex.creditcard"] {
            let spelled = account.under(owner).connection(name);
            let again = spelled.record("pending", "e").idempotency_key("k-1").await;
            assert_replay(&again, &first);
        }
    }

    assert_eq!(account.connection("payex").history().await.len(), 1);
}

#[tokio::test]
async fn a_key_is_the_clients_own_and_the_connections() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let (account, neighbour) = (partner.account().await, partner.account().await);
    let other = partner.client(&["write:accounts"]).await.token(&app).await;
    let call = |connection: &crate::support::Connection<'_>, event: &str| {
        connection.record("pending", event).idempotency_key("k-1")
    };

    let vipps = account.connection("vipps");
    call(&vipps, "a").await.assert_ok();
    call(&account.connection("swish"), "b").await.assert_ok();
    call(&neighbour.connection("vipps"), "c").await.assert_ok();
    call(&account.with_token(&other).connection("vipps"), "d")
        .await
        .assert_ok();

    let names: Vec<String> = vipps
        .history()
        .await
        .iter()
        .map(|event| event["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["a", "d"]);
}

#[tokio::test]
async fn a_new_token_of_the_same_client_has_its_keys() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let first = vipps.record("pending", "e").idempotency_key("k-1").await;
    app.clock.advance(Duration::from_secs(20_000));
    let token = partner
        .client
        .ask(&app, "T11200000")
        .await
        .text_at("/access_token");
    assert_ne!(token, partner.token, "{}", audience("T11200000"));

    let account = vipps.account.with_token(&token);
    let again = account
        .connection("vipps")
        .record("pending", "e")
        .idempotency_key("k-1")
        .await;

    assert_replay(&again, &first);
}

#[tokio::test]
async fn the_longest_key_of_every_visible_character_is_taken() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let visible: String = ('!'..='~').cycle().take(255).collect();

    let first = vipps.record("pending", "e").idempotency_key(&visible).await;
    let again = vipps.record("pending", "e").idempotency_key(&visible).await;

    assert_replay(&again, &first);
}

#[tokio::test]
async fn twenty_at_once_over_two_processes_make_one_event() {
    let here = TestApp::start().await;
    let there = here.beside().await;
    let partner = here.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let path = format!("{}/events", vipps.path());
    let calls = (0..20).map(|number| {
        let app = if number % 2 == 0 { &here } else { &there };
        let call = app.post(&path).token(&partner.token).idempotency_key("k-1");
        call.json("{\"status\":\"pending\",\"event\":\"e\"}")
    });

    let responses = together(calls).await;

    for response in &responses {
        assert_replay(response, &responses[0]);
    }
    assert_eq!(vipps.history().await.len(), 1);
}
