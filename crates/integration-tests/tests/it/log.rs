//! The log: every change, in order, as CloudEvents.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{PUBLIC_URL, TestApp, together};

fn seqs(entries: &[Value]) -> Vec<u64> {
    entries
        .iter()
        .map(|entry| entry["seq"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn an_event_is_an_entry_of_the_cloudevents_shape() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    app.clock.advance(Duration::from_secs(1));
    let body = r#"{"status":"pending","event":"e","description":"d","metadata":{"k":1.0}}"#;

    let recorded = vipps.record_body(body).await.assert_ok().json();

    let entry = partner.log().await.pop().unwrap();
    let seq = entry["seq"].as_u64().unwrap();
    let expected = json!({
        "specversion": "1.0",
        "id": seq.to_string(),
        "source": "/v1/accounts/T11200000",
        "type": "kobling.connection_event.recorded",
        "subject": "T11200001/connections/vipps",
        "time": recorded["created_at"],
        "datacontenttype": "application/json",
        "seq": seq,
        "actor": partner.client.id,
        "data": {"account_id": "T11200001", "connection": "vipps", "version": 1, "event": recorded},
    });
    assert_eq!(entry, expected);
}

#[tokio::test]
async fn every_change_is_an_entry_and_no_number_is_missing() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let client = partner.client_of(&account.id, &["read:accounts"]).await;
    let grants = format!("/v1/accounts/{}/auth/client-grants", account.id);
    let grant = app.get(&grants).token(&partner.token).await.list()[0]["id"].clone();
    let grant = format!("{grants}/{}", grant.as_str().unwrap());
    app.call("DELETE", &grant)
        .token(&partner.token)
        .await
        .assert_ok();
    let path = format!("/v1/accounts/{}/auth/clients/{}", account.id, client.id);
    app.call("DELETE", &path)
        .token(&partner.token)
        .await
        .assert_ok();
    account
        .connection("vipps")
        .record("pending", "e")
        .await
        .assert_ok();
    account
        .connection("vipps")
        .record("pending", "e")
        .if_match("\"9\"")
        .await;

    let log = partner.log().await;

    let kinds: Vec<&str> = log
        .iter()
        .map(|entry| entry["type"].as_str().unwrap())
        .collect();
    let expected = [
        "kobling.partner.added",
        "kobling.client.added",
        "kobling.grant.added",
        "kobling.signing_key.added",
        "kobling.account.added",
        "kobling.client.added",
        "kobling.grant.added",
        "kobling.grant.deleted",
        "kobling.client.deleted",
        "kobling.connection_event.recorded",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(seqs(&log), (1..=10).collect::<Vec<u64>>());
    assert!(
        log.iter()
            .all(|entry| entry["source"] == "/v1/accounts/T11200000")
    );
    let times: Vec<&str> = log
        .iter()
        .map(|entry| entry["time"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted());
}

#[tokio::test]
async fn a_reader_goes_on_after_the_last_seq_that_it_saw() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    for number in 0..20 {
        vipps
            .record("pending", &format!("step-{number}"))
            .await
            .assert_ok();
    }
    let whole = partner.log().await;
    let mut read: Vec<Value> = Vec::new();

    loop {
        let after = read
            .last()
            .map_or(0, |entry| entry["seq"].as_u64().unwrap());
        let page = partner
            .get(&format!("/log?limit=7&after={after}"))
            .await
            .list();
        assert!(page.len() <= 7);
        if page.is_empty() {
            break;
        }
        read.extend(page);
    }

    assert_eq!(read, whole);
    assert_eq!(whole.len(), 25);
    assert_eq!(partner.get("/log").await.list(), whole);
    assert!(
        partner
            .get("/log?after=9223372036854775807")
            .await
            .list()
            .is_empty()
    );
}

#[tokio::test]
async fn a_merchant_sees_the_entries_about_itself() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let foreign = app.partner("T113").await;
    let (own, other) = (partner.account().await, partner.account().await);
    let token = partner
        .client_of(&own.id, &["read:accounts"])
        .await
        .token(&app)
        .await;
    for _ in 0..3 {
        own.connection("vipps")
            .record("pending", "mine")
            .await
            .assert_ok();
        other
            .connection("vipps")
            .record("pending", "not mine")
            .await
            .assert_ok();
    }
    let path = format!("/v1/accounts/{}/log", own.id);

    let mine = app.get(&path).token(&token).await.list();

    let whole = partner.log().await;
    let about_me = |entry: &&Value| entry["subject"].as_str().unwrap().starts_with(&own.id);
    let expected: Vec<Value> = whole.iter().filter(about_me).cloned().collect();
    assert_eq!(mine, expected);
    assert_eq!(
        mine.len(),
        6,
        "its account, its client, its grant and three events"
    );
    let second = &seqs(&mine)[1];
    let rest = app
        .get(&format!("{path}?after={second}&limit=2"))
        .token(&token)
        .await
        .list();
    assert_eq!(rest, mine[2..4]);
    assert_eq!(app.get(&path).token(&partner.token).await.list(), mine);
    partner
        .with_token(&token)
        .get("/log")
        .await
        .assert_error(403, "FORBIDDEN");
    foreign
        .with_token(&partner.token)
        .get("/log")
        .await
        .assert_error(403, "FORBIDDEN");
    assert!(!foreign.get("/log").await.text().contains("T112"));
}

#[tokio::test]
async fn no_secret_is_in_any_entry() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&["read:accounts"]).await;
    let token = client.token(&app).await;

    let log = partner.get("/log?limit=1000").await;

    let text = log.assert_ok().text();
    let root_key = std::fs::read_to_string(app.folder().join("kobling.key")).unwrap();
    for secret in [
        &client.client_secret,
        &partner.client.client_secret,
        &token,
        root_key.trim(),
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    for word in ["secret", "private", "\"d\"", "data_key", "sealed"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert!(!text.contains(&format!("{PUBLIC_URL}/docs")));
}

#[tokio::test]
async fn partners_have_logs_of_their_own() {
    let app = TestApp::start().await;
    let (first, second) = (app.partner("T112").await, app.partner("P112").await);
    for partner in [&first, &second, &first] {
        partner
            .account()
            .await
            .connection("vipps")
            .record("pending", "e")
            .await
            .assert_ok();
    }
    for (partner, count) in [(first, 8), (second, 6)] {
        assert_eq!(
            seqs(&partner.log().await),
            (1..=count).collect::<Vec<u64>>()
        );
    }
}

#[tokio::test]
async fn two_processes_write_one_log() {
    let here = TestApp::start().await;
    let there = here.beside().await;
    let partner = here.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let path = format!("{}/events", vipps.path());
    let calls = (0..100).map(|number| {
        let app = if number % 2 == 0 { &here } else { &there };
        let body = json!({"status": "pending", "event": format!("step-{number}")});
        app.post(&path).token(&partner.token).json(body.to_string())
    });

    let responses = together(calls).await;

    let mut versions: Vec<u64> = responses
        .iter()
        .map(|response| {
            response
                .assert_ok()
                .header("etag")
                .unwrap()
                .trim_matches('"')
        })
        .map(|version| version.parse().unwrap())
        .collect();
    versions.sort_unstable();
    assert_eq!(versions, (1..=100).collect::<Vec<u64>>());
    let log = partner.log().await;
    assert_eq!(seqs(&log), (1..=105).collect::<Vec<u64>>());
    let times: Vec<&str> = log
        .iter()
        .map(|entry| entry["time"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted());
}
