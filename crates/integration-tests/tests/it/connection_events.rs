//! The operation that the project starts from: what is answered, and what has changed afterwards.

use std::time::Duration;

use serde_json::json;
use uuid::Uuid;

use crate::support::{START, TestApp};

#[tokio::test]
async fn the_published_minimal_body_is_recorded_and_nothing_is_made_up() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");

    let response = vipps.record("pending", "signature_required").await;

    let body = response.assert_ok().json();
    let id = response.text_at("/id");
    let expected = json!({
        "status": "pending",
        "event": "signature_required",
        "id": id,
        "created_at": START,
        "created_by": partner.client.id,
    });
    assert_eq!(body, expected, "absent fields must stay absent");
    response.assert_header("content-type", "application/json");
    response.assert_header("etag", "\"1\"");
    assert_eq!(response.header("deprecation"), None);
}

#[tokio::test]
async fn the_published_full_body_comes_back() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let body = r#"{
        "status": "pending",
        "event": "signature_required",
        "description": "Vipps awaiting signature",
        "metadata": {"signature_link": "https://sig.example.com/K34K244"}
    }"#;

    let response = vipps.record_body(body).await;

    let answer = response.assert_ok().json();
    assert_eq!(answer["description"], "Vipps awaiting signature");
    let link = json!({"signature_link": "https://sig.example.com/K34K244"});
    assert_eq!(answer["metadata"], link);
    assert_eq!(answer.as_object().unwrap().len(), 7);
}

#[tokio::test]
async fn metadata_is_kept_byte_for_byte() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let vipps = account.connection("vipps");
    let metadata = "{ \"b\" :1.0,\n\t\"a\":1e2,  \"z\":{\"y\" : 12345678901234567890.10},\r\n \
                    \"\u{e9}\":\"\u{1f600}\\/\" ,\"\\u0065\\u0301\":[ ] }";
    let body = format!("{{\"metadata\": {metadata} , \"event\":\"e\",\"status\":\"pending\"}}");

    let response = vipps.record_body(body).await;

    assert!(response.assert_ok().text().contains(metadata), "{response}");
    for read in [
        vipps.events("").await,
        vipps.read().await,
        account.connections().await,
        account.read().await,
        partner.get("/log").await,
    ] {
        assert!(read.assert_ok().text().contains(metadata), "{read}");
    }
}

#[tokio::test]
async fn texts_are_kept_character_for_character() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let event = format!("\u{1f600}\u{202e}\u{7f}\n\"\\{}", "\u{e5}".repeat(250));
    let description = "\u{10ffff}".repeat(1_000);
    let body = json!({"status": "failed", "event": event, "description": description});

    let recorded = vipps.record_body(body.to_string()).await;

    assert_eq!(recorded.assert_ok().text_at("/event"), event);
    let history = vipps.history().await;
    assert_eq!(history[0]["event"], *event);
    assert_eq!(history[0]["description"], *description);
}

#[tokio::test]
async fn the_id_is_a_uuid_of_the_moment_that_the_log_tells() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    app.clock.advance(Duration::from_millis(61_234));

    let response = vipps.record("pending", "started").await;

    let id = Uuid::parse_str(&response.assert_ok().text_at("/id")).unwrap();
    assert_eq!(id.get_version_num(), 7);
    let (seconds, nanos) = id.get_timestamp().unwrap().to_unix();
    let moment = domain::Timestamp::from_millis(seconds * 1_000 + u64::from(nanos) / 1_000_000);
    let created_at = response.text_at("/created_at");
    assert_eq!(created_at, "2026-05-12T08:31:01.234Z");
    assert_eq!(moment.to_string(), created_at);
    let log = partner.log().await;
    assert_eq!(log.last().unwrap()["time"], *created_at);
    assert_eq!(log.last().unwrap()["data"]["event"]["id"], *id.to_string());
}

#[tokio::test]
async fn created_by_is_the_client_that_reported() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let writer = partner.client_of(&account.id, &["write:accounts"]).await;
    let vipps = account
        .as_itself(&writer.token(&app).await)
        .connection("vipps");

    let response = vipps.record("pending", "started").await;

    assert_eq!(response.assert_ok().text_at("/created_by"), writer.id);
}

#[tokio::test]
async fn the_connection_moves_with_every_event() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let vipps = account.connection("vipps");
    let bambora = account.connection("bambora");
    vipps.read().await.assert_error(404, "NOT FOUND");
    vipps.events("").await.assert_error(404, "NOT FOUND");

    let first = vipps.record("pending", "started").await;
    app.clock.advance(Duration::from_secs(60));
    bambora.record("failed", "rejected").await.assert_ok();
    let second = vipps.record("declined", "refused").await;

    first.assert_ok().assert_header("etag", "\"1\"");
    second.assert_ok().assert_header("etag", "\"2\"");
    let response = vipps.read().await;
    let record = response.assert_ok().assert_header("etag", "\"2\"").json();
    let expected = json!({
        "created_at": first.text_at("/created_at"),
        "created_by": partner.client.id,
        "updated_at": second.text_at("/created_at"),
        "status": "declined",
        "events": [first.json(), second.json()],
        "version": 2,
    });
    assert_eq!(record, expected);
    let connections = account.connections().await.assert_ok().json();
    assert_eq!(connections["vipps"], expected);
    assert_eq!(connections["bambora"]["status"], "failed");
    assert_eq!(connections["bambora"]["version"], 1);
    assert_eq!(account.read().await.json()["connections"], connections);
}

#[tokio::test]
async fn the_same_status_again_is_a_further_event() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");

    let first = vipps.record("pending", "started").await;
    let second = vipps.record("pending", "started").await;

    second.assert_ok().assert_header("etag", "\"2\"");
    assert_ne!(first.text_at("/id"), second.text_at("/id"));
    assert_eq!(vipps.history().await.len(), 2);
}

#[tokio::test]
async fn any_status_may_follow_any_other() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let statuses = ["pending", "enabled", "failed", "declined"];
    let mut version = 0;

    for before in statuses {
        for after in statuses {
            vipps.record(before, "before").await.assert_ok();
            vipps.record(after, "after").await.assert_ok();
            version += 2;
            let record = vipps.read().await.assert_ok().json();
            assert_eq!(record["status"], after);
            assert_eq!(record["version"], version);
        }
    }
}

#[tokio::test]
async fn read_only_members_and_unknown_ones_are_ignored() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let body = r#"{"status":"pending","event":"e","id":7,"created_at":"never","created_by":"me",
                   "description":null,"metadata":null,"surprise":[1]}"#;

    let answer = vipps.record_body(body).await.assert_ok().json();

    assert_eq!(answer["created_by"], *partner.client.id);
    assert_eq!(answer["created_at"], START);
    assert_eq!(answer.as_object().unwrap().len(), 5, "{answer}");
}

#[tokio::test]
async fn the_history_is_paged_in_either_order() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let mut names = Vec::new();
    for number in 0..25 {
        app.clock.advance(Duration::from_secs(1));
        let name = format!("step-{number}");
        vipps.record("pending", &name).await.assert_ok();
        names.push(name);
    }

    for (order, expected) in [
        ("", names.clone()),
        ("&order=asc", names.clone()),
        ("&order=desc", names.iter().rev().cloned().collect()),
    ] {
        let mut seen = Vec::new();
        let mut query = format!("?limit=7{order}");
        loop {
            let page = vipps.events(&query).await.list();
            let Some(last) = page.last() else { break };
            let token = last["paging_token"].as_str().unwrap();
            query = format!("?limit=7{order}&starting_after={token}");
            let names = page.iter().map(|item| item["event"].as_str().unwrap());
            seen.extend(names.map(str::to_owned));
        }
        assert_eq!(seen, expected, "{order}");
    }
    assert_eq!(vipps.events("").await.list().len(), 10, "the default limit");
    let one = vipps.events("?limit=1&order=desc").await.list();
    assert_eq!(one[0]["event"], "step-24");
}

#[tokio::test]
async fn a_record_carries_the_newest_hundred_events() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let vipps = account.connection("vipps");
    for number in 1..=103 {
        let name = format!("step-{number}");
        vipps.record("pending", &name).await.assert_ok();
    }

    let record = vipps.read().await.assert_ok().json();

    let events = record["events"].as_array().unwrap();
    assert_eq!(record["version"], 103);
    assert_eq!(events.len(), 100);
    assert_eq!(events[0]["event"], "step-4");
    assert_eq!(events[99]["event"], "step-103");
    let embedded = account.read().await.json();
    assert_eq!(embedded["connections"]["vipps"], record);
}

#[tokio::test]
async fn time_never_runs_backwards_in_what_is_recorded() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    app.clock.advance(Duration::from_secs(3_600));
    let before = vipps.record("pending", "before").await;
    app.clock.set("2026-05-12T08:30:01.000Z".parse().unwrap());

    let after = vipps.record("enabled", "after").await;

    assert_eq!(
        after.assert_ok().text_at("/created_at"),
        before.text_at("/created_at")
    );
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let app = TestApp::start().await;
    let (account, history, log, token) = {
        let partner = app.partner("T112").await;
        let account = partner.account().await;
        let vipps = account.connection("vipps");
        vipps.record("pending", "started").await.assert_ok();
        vipps.record("enabled", "approved").await.assert_ok();
        let history = vipps.history().await;
        (
            account.id.clone(),
            history,
            partner.log().await,
            partner.token,
        )
    };

    let app = app.restart().await;

    let partner = app.partner("T112").await.with_token(&token);
    let vipps = partner.account_named(&account).connection("vipps");
    assert_eq!(vipps.history().await, history);
    assert_eq!(partner.log().await[..log.len()], log[..]);
    let next = vipps.record("failed", "closed").await;
    next.assert_ok().assert_header("etag", "\"3\"");
}

#[tokio::test]
async fn the_partners_own_account_takes_events() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let own = partner.account_named("T11200000");

    own.connection("vipps")
        .record("pending", "started")
        .await
        .assert_ok();

    let read = own.read().await;
    let read = read.assert_ok().json();
    assert_eq!(read["connections"]["vipps"]["status"], "pending");
}

#[tokio::test]
async fn a_hundred_events_at_once_get_a_hundred_versions() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let calls = (0..100).map(|number| vipps.record("pending", &format!("step-{number}")));

    let responses = crate::support::together(calls).await;

    let mut answered: Vec<(u64, String)> = responses
        .iter()
        .map(|response| {
            let version = response
                .assert_ok()
                .header("etag")
                .unwrap()
                .trim_matches('"');
            (version.parse().unwrap(), response.text_at("/id"))
        })
        .collect();
    answered.sort();
    let history = vipps.history().await;
    let stored: Vec<(u64, String)> = (1..)
        .zip(&history)
        .map(|(version, event)| (version, event["id"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(answered, stored);
    assert_eq!(stored.len(), 100);
}

#[tokio::test]
async fn a_refusal_reaches_a_caller_that_is_still_sending() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let body = vec![b' '; 5_000_000];
    for _ in 0..20 {
        let response = vipps.record_body(body.clone()).await;
        response.assert_error(413, "BODY_TOO_LARGE");
    }
}
