//! `If-Match`: a change only if nothing else changed since.

use crate::support::{TestApp, together};

#[tokio::test]
async fn the_etag_of_a_read_lets_the_next_event_in() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps.record("pending", "started").await.assert_ok();
    let read = vipps.read().await;
    let etag = read.header("etag").unwrap();

    let next = vipps.record("enabled", "approved").if_match(etag).await;

    next.assert_ok().assert_header("etag", "\"2\"");
}

#[tokio::test]
async fn a_stale_tag_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps.record("pending", "started").await.assert_ok();
    vipps.record("pending", "signed").await.assert_ok();
    let log = partner.log().await.len();

    for stale in [
        "\"1\"",
        "\"3\"",
        "\"0\"",
        "\"02\"",
        "\"x\"",
        "W/\"2\"",
        "\"1\", W/\"2\"",
    ] {
        let response = vipps.record("enabled", "approved").if_match(stale).await;
        response.assert_error(412, "VERSION_MISMATCH");
        response.assert_header("etag", "\"2\"");
    }

    assert_eq!(vipps.history().await.len(), 2);
    assert_eq!(partner.log().await.len(), log);
}

#[tokio::test]
async fn one_tag_of_a_list_suffices() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps.record("pending", "started").await.assert_ok();

    let list = vipps.record("pending", "a").if_match("\"7\" , \"1\"").await;
    let lines = vipps
        .record("pending", "b")
        .if_match("\"1\"")
        .if_match("\"2\"")
        .await;
    let any = vipps.record("pending", "c").if_match("*").await;

    list.assert_ok();
    lines.assert_ok();
    any.assert_ok().assert_header("etag", "\"4\"");
}

#[tokio::test]
async fn no_condition_holds_for_what_does_not_exist() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");

    for condition in ["*", "\"0\"", "\"1\""] {
        let response = vipps.record("pending", "started").if_match(condition).await;
        response.assert_error(412, "VERSION_MISMATCH");
        assert_eq!(response.header("etag"), None);
    }

    vipps.read().await.assert_error(404, "NOT FOUND");
}

#[tokio::test]
async fn what_is_no_tag_is_told() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps.record("pending", "started").await.assert_ok();

    for text in [
        "1",
        "\"1",
        "1\"",
        "",
        "\"1\" \"2\"",
        "\"1\",",
        "w/\"1\"",
        "*, \"1\"",
        "\"\u{e9}\"",
    ] {
        let response = vipps.record("enabled", "approved").if_match(text).await;
        response.assert_error(400, "INVALID_REQUEST_PARAMETER");
        let place = response.problems();
        assert!(
            place.iter().all(|(kind, at, code)| {
                (kind.as_str(), at.to_lowercase().as_str(), code.as_str())
                    == ("header", "if-match", "pattern")
            }),
            "{text}: {place:?}"
        );
    }

    assert_eq!(vipps.history().await.len(), 1);
}

#[tokio::test]
async fn of_many_with_the_same_tag_one_wins() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps.record("pending", "started").await.assert_ok();
    let calls = (0..20).map(|number| {
        vipps
            .record("enabled", &format!("claim-{number}"))
            .if_match("\"1\"")
    });

    let responses = together(calls).await;

    let (won, lost): (Vec<_>, Vec<_>) = responses
        .iter()
        .partition(|response| response.status == 200);
    assert_eq!(won.len(), 1);
    for response in lost {
        response
            .assert_error(412, "VERSION_MISMATCH")
            .assert_header("etag", "\"2\"");
    }
    let history = vipps.history().await;
    assert_eq!(history.len(), 2);
    assert_eq!(history[1]["id"], *won[0].text_at("/id"));
}
