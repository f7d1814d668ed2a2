//! Everything that can be wrong with a request, each with the status, the code and the place that the answer names.

mod elsewhere;
mod seeds;
mod tables;

use serde_json::{Value, json};

use crate::support::{Call, Connection, TestApp};
use tables::{ADDRESSES, LONG, MEMBERS, QUERIES, SYNTAX};

const FINE: &str = "{\"status\":\"pending\",\"event\":\"e\"}";

/// What is sent, and what must be answered.
struct Bad {
    about: String,
    call: Call,
    status: u16,
    code: &'static str,
    /// Kind of place, place and code of one problem; none where the error is about something else.
    problem: Option<[String; 3]>,
}

/// 400 with one problem: the kind of its place, the place, and its code.
fn bad(about: &str, call: Call, [kind, at, problem]: [&str; 3]) -> Bad {
    Bad {
        about: about.to_owned(),
        call,
        status: 400,
        code: "INVALID_REQUEST_PARAMETER",
        problem: Some([kind.to_owned(), at.to_owned(), problem.to_owned()]),
    }
}

/// An error that is not about a place in the request.
fn other(about: &str, call: Call, status: u16, code: &'static str) -> Bad {
    Bad {
        about: about.to_owned(),
        call,
        status,
        code,
        problem: None,
    }
}

async fn assert_all(cases: Vec<Bad>, at_least: usize) {
    assert!(cases.len() >= at_least, "only {} kinds", cases.len());
    for case in cases {
        let response = case.call.await;
        let about = case.about;
        assert_eq!(response.status, case.status, "{about}: {response}");
        response.assert_error(case.status, case.code);
        let problems = response.problems();
        let expected: Vec<_> = case
            .problem
            .into_iter()
            .map(|[kind, at, code]| (kind, at, code))
            .collect();
        assert_eq!(problems, expected, "{about}: {response}");
    }
}

/// An event with this JSON for the value of a member; a member without one is left out.
fn with(member: &str, value: &str) -> String {
    let mut members = vec![("status", "\"pending\""), ("event", "\"e\"")];
    members.retain(|(name, _)| *name != member);
    if !value.is_empty() {
        members.push((member, value));
    }
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// Objects in each other, so many of them.
fn nested(levels: usize) -> String {
    let (open, close) = ("{\"a\":".repeat(levels - 1), "}".repeat(levels - 1));
    format!("{open}{{}}{close}")
}

fn keys(count: usize) -> String {
    let keys: Vec<String> = (0..count)
        .map(|number| format!("\"k{number}\":0"))
        .collect();
    format!("{{{}}}", keys.join(","))
}

fn long(characters: usize) -> String {
    json!("\u{e5}".repeat(characters)).to_string()
}

fn bodies(to: &Connection<'_>) -> Vec<Bad> {
    let mut cases = Vec::new();
    for (about, body, code) in SYNTAX {
        cases.push(bad(about, to.record_body(*body), ["pointer", "", code]));
    }
    for (about, member, value, at, code) in MEMBERS {
        let call = to.record_body(with(member, value));
        cases.push(bad(about, call, ["pointer", at, code]));
    }
    for (about, member, value, code) in LONG {
        let at = format!("/{member}");
        let call = to.record_body(with(member, &value()));
        cases.push(bad(about, call, ["pointer", &at, code]));
    }
    cases
}

fn headers(to: &Connection<'_>) -> Vec<Bad> {
    let padded = format!("{FINE}{}", " ".repeat(64 * 1024 + 1 - FINE.len()));
    let mut cases = vec![other(
        "a large body",
        to.record_body(padded),
        413,
        "BODY_TOO_LARGE",
    )];
    let untyped = to.post().bytes(FINE);
    cases.push(other("no type", untyped, 415, "UNSUPPORTED_MEDIA_TYPE"));
    for media_type in [
        "",
        "text/plain",
        "application/jsonp",
        "application/x-www-form-urlencoded",
        "text/json",
    ] {
        let call = to.post().body(media_type, FINE);
        cases.push(other(media_type, call, 415, "UNSUPPORTED_MEDIA_TYPE"));
    }
    let surprising = to.record_body(with("surprise", "1")).strict();
    let place = ["pointer", "/surprise", "unknown_member"];
    cases.push(bad("an unknown member, strictly", surprising, place));
    let tagged = to.record_body(FINE).if_match("1");
    cases.push(bad("no tag", tagged, ["header", "If-Match", "pattern"]));
    for (key, code) in [
        (String::new(), "too_short"),
        ("a b".to_owned(), "pattern"),
        ("k".repeat(256), "too_long"),
    ] {
        let call = to.record_body(FINE).idempotency_key(&key);
        cases.push(bad(&key, call, ["header", "Idempotency-Key", code]));
    }
    for second in ["a", "b"] {
        let call = to.record_body(FINE).idempotency_key("a");
        let call = call.idempotency_key(second);
        let place = ["header", "Idempotency-Key", "too_many_items"];
        cases.push(bad("two keys", call, place));
    }
    let foreign = to.record_body(FINE).idempotency_key("\u{e9}");
    let place = ["header", "idempotency-key", "pattern"];
    cases.push(bad("a key that is not ASCII", foreign, place));
    cases
}

fn addresses(to: &Connection<'_>) -> Vec<Bad> {
    let mut cases = Vec::new();
    let under = |owner: &str, account: &str| {
        let account = to.account.under(owner).renamed(account);
        account.connection("vipps").record_body(FINE)
    };
    for (about, owner, account, at) in ADDRESSES {
        let call = under(owner, account);
        cases.push(bad(about, call, ["parameter", at, "pattern"]));
    }
    for (query, at, code) in QUERIES {
        cases.push(bad(query, to.events(query), ["parameter", at, code]));
    }
    let no_text = under("T112%ff", "T11200001");
    let code = "INVALID_REQUEST_PARAMETER";
    cases.push(other("an owner that is no UTF-8", no_text, 400, code));
    cases
}

#[tokio::test]
async fn every_bad_event_is_told_by_its_place() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps.record("pending", "started").await.assert_ok();
    let log = partner.log().await.len();

    assert_all(bodies(&vipps), 50).await;
    assert_all(headers(&vipps), 15).await;
    assert_all(addresses(&vipps), 23).await;

    assert_eq!(partner.log().await.len(), log, "nothing was written");
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let body = "{\"status\":\"done\",\"description\":7,\
                \"metadata\":{\"a\":\"\\u0000\",\"b\":1,\"b\":2}}";

    let call = vipps.record_body(body).if_match("1");
    let response = call.idempotency_key("a b").await;

    response.assert_error(400, "INVALID_REQUEST_PARAMETER");
    response.assert_problem("header", "If-Match", "pattern");
    response.assert_problem("header", "Idempotency-Key", "pattern");
    for (at, code) in [
        ("/status", "not_allowed"),
        ("/event", "required"),
        ("/description", "wrong_type"),
        ("/metadata/a", "nul_character"),
        ("/metadata/b", "duplicate_key"),
    ] {
        response.assert_problem("pointer", at, code);
    }
    assert_eq!(response.problems().len(), 7);
}

#[tokio::test]
async fn a_hundred_problems_are_listed_and_the_rest_counted() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let nuls = ["\"\\u0000\""; 150].join(",");
    let body = with("metadata", &format!("{{\"a\":[{nuls}]}}"));

    let response = vipps.record_body(body).await;

    response.assert_error(400, "INVALID_REQUEST_PARAMETER");
    assert_eq!(response.problems().len(), 101);
    response.assert_problem("pointer", "", "too_many_problems");
}

#[tokio::test]
async fn the_limits_themselves_are_allowed() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let padded = format!("{FINE}{}", " ".repeat(64 * 1024 - FINE.len()));

    for body in [
        with("event", &long(256)),
        with("description", &long(1_000)),
        with("description", "\"\""),
        with("metadata", &nested(32)),
        with("metadata", &keys(256)),
        with("metadata", "{}"),
        padded,
    ] {
        vipps.record_body(body).await.assert_ok();
    }
    for media_type in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/vnd.x+json",
    ] {
        vipps.post().body(media_type, FINE).await.assert_ok();
    }
    let empty: Vec<Value> = vipps.events("?limit=100&limits=7").await.list();
    assert_eq!(empty.len(), 10);
}
