//! Everything that can be wrong with a request, each with the status, the code and the place that the answer names.

use serde_json::json;

use crate::support::{ACCOUNT, Call, Connection, Partner, TestApp, audience};

/// What is sent, and what must be answered.
struct Bad {
    about: &'static str,
    call: Call,
    status: u16,
    code: &'static str,
    /// Kind of place, place and code of one problem; none where the error is about something else.
    problem: Option<(&'static str, String, &'static str)>,
}

fn bad(
    about: &'static str,
    call: Call,
    kind: &'static str,
    at: impl Into<String>,
    problem: &'static str,
) -> Bad {
    Bad {
        about,
        call,
        status: 400,
        code: "INVALID_REQUEST_PARAMETER",
        problem: Some((kind, at.into(), problem)),
    }
}

fn other(about: &'static str, call: Call, status: u16, code: &'static str) -> Bad {
    Bad {
        about,
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
            .map(|(kind, at, code)| (kind.to_owned(), at, code.to_owned()))
            .collect();
        assert_eq!(problems, expected, "{about}: {response}");
    }
}

/// An event with this text for the value of a member.
fn with(member: &str, value: &str) -> String {
    let mut members = vec![("status", "\"pending\""), ("event", "\"e\"")];
    members.retain(|(name, _)| *name != member);
    members.push((member, value));
    let members: Vec<String> = members
        .iter()
        .map(|(name, value)| format!("\"{name}\":{value}"))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// Objects in each other, `levels` of them.
fn nested(levels: usize) -> String {
    format!(
        "{}{}",
        "{\"a\":".repeat(levels - 1) + "{}",
        "}".repeat(levels - 1)
    )
}

fn keys(count: usize) -> String {
    let keys: Vec<String> = (0..count)
        .map(|number| format!("\"k{number}\":0"))
        .collect();
    format!("{{{}}}", keys.join(","))
}

fn syntax(to: &Connection<'_>) -> Vec<Bad> {
    let texts: [(&str, &[u8], &str); 18] = [
        ("no body", b"", "required"),
        ("white space", b" \n\t", "required"),
        ("half an object", b"{\"status\":\"pending\"", "malformed"),
        ("half a text", b"{\"status\":\"pend", "malformed"),
        (
            "a comma too many",
            b"{\"status\":\"pending\",\"event\":\"e\",}",
            "malformed",
        ),
        (
            "two documents",
            b"{\"status\":\"pending\",\"event\":\"e\"}{}",
            "malformed",
        ),
        ("a word", b"pending", "malformed"),
        (
            "single quotes",
            b"{'status':'pending','event':'e'}",
            "malformed",
        ),
        ("a key without quotes", b"{status:\"pending\"}", "malformed"),
        ("a leading zero", b"{\"metadata\":{\"a\":01}}", "malformed"),
        ("not a number", b"{\"metadata\":{\"a\":NaN}}", "malformed"),
        (
            "a line break in a text",
            b"{\"event\":\"a\nb\"}",
            "malformed",
        ),
        (
            "a byte order mark",
            b"\xef\xbb\xbf{\"status\":\"pending\",\"event\":\"e\"}",
            "malformed",
        ),
        (
            "bytes that are no UTF-8",
            b"{\"status\":\"pending\",\"event\":\"\xff\"}",
            "invalid_utf8",
        ),
        (
            "a surrogate in UTF-8",
            b"{\"status\":\"pending\",\"event\":\"\xed\xa0\x80\"}",
            "invalid_utf8",
        ),
        ("a list", b"[]", "wrong_type"),
        ("a text", b"\"pending\"", "wrong_type"),
        ("null", b"null", "wrong_type"),
    ];
    texts
        .into_iter()
        .map(|(about, body, code)| bad(about, to.record_body(body), "pointer", "", code))
        .collect()
}

fn members(to: &Connection<'_>) -> Vec<Bad> {
    let long = |count: usize| format!("\"{}\"", "\u{e5}".repeat(count));
    let texts: Vec<(&str, String, &str, &str)> = vec![
        (
            "status is missing",
            "{\"event\":\"e\"}".to_owned(),
            "/status",
            "required",
        ),
        (
            "event is missing",
            "{\"status\":\"pending\"}".to_owned(),
            "/event",
            "required",
        ),
        (
            "status is null",
            with("status", "null"),
            "/status",
            "required",
        ),
        ("event is null", with("event", "null"), "/event", "required"),
        (
            "an unknown status",
            with("status", "\"done\""),
            "/status",
            "not_allowed",
        ),
        (
            "a status in capitals",
            with("status", "\"Pending\""),
            "/status",
            "not_allowed",
        ),
        (
            "an empty status",
            with("status", "\"\""),
            "/status",
            "not_allowed",
        ),
        (
            "status is a number",
            with("status", "1"),
            "/status",
            "wrong_type",
        ),
        (
            "status is a list",
            with("status", "[\"pending\"]"),
            "/status",
            "wrong_type",
        ),
        (
            "event is empty",
            with("event", "\"\""),
            "/event",
            "too_short",
        ),
        (
            "event is long",
            with("event", &long(257)),
            "/event",
            "too_long",
        ),
        (
            "event is true",
            with("event", "true"),
            "/event",
            "wrong_type",
        ),
        (
            "event is an object",
            with("event", "{}"),
            "/event",
            "wrong_type",
        ),
        (
            "event has a NUL",
            with("event", "\"a\\u0000\""),
            "/event",
            "nul_character",
        ),
        (
            "event has a lone surrogate",
            with("event", "\"\\ud800\""),
            "/event",
            "lone_surrogate",
        ),
        (
            "surrogates the wrong way",
            with("event", "\"\\udc00\\ud800\""),
            "/event",
            "lone_surrogate",
        ),
        (
            "description is long",
            with("description", &long(1_001)),
            "/description",
            "too_long",
        ),
        (
            "description is a number",
            with("description", "0"),
            "/description",
            "wrong_type",
        ),
        (
            "description has a NUL",
            with("description", "\"\\u0000\""),
            "/description",
            "nul_character",
        ),
        (
            "metadata is a list",
            with("metadata", "[1]"),
            "/metadata",
            "wrong_type",
        ),
        (
            "metadata is a text",
            with("metadata", "\"{}\""),
            "/metadata",
            "wrong_type",
        ),
        (
            "metadata is deep",
            with("metadata", &nested(33)),
            "/metadata",
            "too_deep",
        ),
        (
            "metadata has many keys",
            with("metadata", &keys(257)),
            "/metadata",
            "too_many_keys",
        ),
        (
            "metadata has a key twice",
            with("metadata", "{\"a\":1,\"a\":1}"),
            "/metadata/a",
            "duplicate_key",
        ),
        (
            "a key twice further in",
            with("metadata", "{\"a\":[{\"b\":1,\"b\":2}]}"),
            "/metadata/a/0/b",
            "duplicate_key",
        ),
        (
            "a NUL in metadata",
            with("metadata", "{\"a\":[\"\\u0000\"]}"),
            "/metadata/a/0",
            "nul_character",
        ),
        (
            "a NUL in a key",
            with("metadata", "{\"\\u0000\":1}"),
            "/metadata",
            "nul_character",
        ),
        (
            "a lone surrogate in metadata",
            with("metadata", "{\"a/b~\":\"\\udfff\"}"),
            "/metadata/a~1b~0",
            "lone_surrogate",
        ),
        (
            "a lone surrogate in a key",
            with("metadata", "{\"\\ud800\":1}"),
            "/metadata",
            "lone_surrogate",
        ),
        (
            "status twice",
            "{\"status\":\"pending\",\"event\":\"e\",\"status\":\"failed\"}".to_owned(),
            "/status",
            "duplicate_key",
        ),
        (
            "status twice by an escape",
            "{\"status\":\"pending\",\"event\":\"e\",\"st\\u0061tus\":\"failed\"}".to_owned(),
            "/status",
            "duplicate_key",
        ),
        (
            "an unknown member twice",
            "{\"status\":\"pending\",\"event\":\"e\",\"x\":1,\"x\":1}".to_owned(),
            "/x",
            "duplicate_key",
        ),
    ];
    texts
        .into_iter()
        .map(|(about, body, at, code)| bad(about, to.record_body(body), "pointer", at, code))
        .collect()
}

fn envelope(to: &Connection<'_>) -> Vec<Bad> {
    let fine = "{\"status\":\"pending\",\"event\":\"e\"}";
    let padded = format!("{fine}{}", " ".repeat(64 * 1024 + 1 - fine.len()));
    let strict = with("surprise", "1");
    let unsupported = "UNSUPPORTED_MEDIA_TYPE";
    vec![
        other(
            "a large body",
            to.record_body(padded),
            413,
            "BODY_TOO_LARGE",
        ),
        other("no type", to.post().bytes(fine), 415, unsupported),
        other("an empty type", to.post().body("", fine), 415, unsupported),
        other(
            "plain text",
            to.post().body("text/plain", fine),
            415,
            unsupported,
        ),
        other(
            "a form",
            to.post().form("status=pending&event=e"),
            415,
            unsupported,
        ),
        other(
            "nearly JSON",
            to.post().body("application/jsonp", fine),
            415,
            unsupported,
        ),
        bad(
            "an unknown member, strictly",
            to.record_body(strict).strict(),
            "pointer",
            "/surprise",
            "unknown_member",
        ),
        bad(
            "no tag",
            to.record_body(fine).if_match("1"),
            "header",
            "If-Match",
            "pattern",
        ),
        bad(
            "an empty key",
            to.record_body(fine).idempotency_key(""),
            "header",
            "Idempotency-Key",
            "too_short",
        ),
        bad(
            "a key with a space",
            to.record_body(fine).idempotency_key("a b"),
            "header",
            "Idempotency-Key",
            "pattern",
        ),
        bad(
            "a long key",
            to.record_body(fine).idempotency_key("k".repeat(256)),
            "header",
            "Idempotency-Key",
            "too_long",
        ),
        bad(
            "two keys",
            to.record_body(fine)
                .idempotency_key("a")
                .idempotency_key("b"),
            "header",
            "Idempotency-Key",
            "too_many_items",
        ),
        bad(
            "the same key twice",
            to.record_body(fine)
                .idempotency_key("a")
                .idempotency_key("a"),
            "header",
            "Idempotency-Key",
            "too_many_items",
        ),
        bad(
            "a key that is not ASCII",
            to.record_body(fine).idempotency_key("\u{e9}"),
            "header",
            "idempotency-key",
            "pattern",
        ),
    ]
}

fn addresses(partner: &Partner<'_>, to: &Connection<'_>) -> Vec<Bad> {
    let fine = "{\"status\":\"pending\",\"event\":\"e\"}";
    let under = |owner: &str, account: &str| {
        let account = partner.account_named(account).under(owner);
        account.connection("vipps").record_body(fine)
    };
    vec![
        bad(
            "a short owner",
            under("T11", "T11200001"),
            "parameter",
            "oid",
            "pattern",
        ),
        bad(
            "an owner of 4 digits",
            under("T1120", "T11200001"),
            "parameter",
            "oid",
            "pattern",
        ),
        bad(
            "an owner of another letter",
            under("X112", "T11200001"),
            "parameter",
            "oid",
            "pattern",
        ),
        other(
            "an owner that is no UTF-8",
            under("T112%ff", "T11200001"),
            400,
            "INVALID_REQUEST_PARAMETER",
        ),
        bad(
            "a partner for an account",
            under("T112", "T112"),
            "parameter",
            "aid",
            "pattern",
        ),
        bad(
            "a small letter",
            under("T112", "t11200001"),
            "parameter",
            "aid",
            "pattern",
        ),
        bad(
            "other digits",
            under("T112", "T1120000%D9%A1"),
            "parameter",
            "aid",
            "pattern",
        ),
        bad(
            "an escaped slash",
            under("T112", "T1120000%2F"),
            "parameter",
            "aid",
            "pattern",
        ),
        bad(
            "limit 0",
            to.events("?limit=0"),
            "parameter",
            "limit",
            "out_of_range",
        ),
        bad(
            "limit 101",
            to.events("?limit=101"),
            "parameter",
            "limit",
            "out_of_range",
        ),
        bad(
            "limit -1",
            to.events("?limit=-1"),
            "parameter",
            "limit",
            "out_of_range",
        ),
        bad(
            "limit ten",
            to.events("?limit=ten"),
            "parameter",
            "limit",
            "wrong_type",
        ),
        bad(
            "limit 1.5",
            to.events("?limit=1.5"),
            "parameter",
            "limit",
            "wrong_type",
        ),
        bad(
            "limit 1e1",
            to.events("?limit=1e1"),
            "parameter",
            "limit",
            "wrong_type",
        ),
        bad(
            "limit 5.0",
            to.events("?limit=5.0"),
            "parameter",
            "limit",
            "wrong_type",
        ),
        bad(
            "no limit",
            to.events("?limit="),
            "parameter",
            "limit",
            "wrong_type",
        ),
        bad(
            "limit twice",
            to.events("?limit=1&limit=1"),
            "parameter",
            "limit",
            "too_many_items",
        ),
        bad(
            "an unknown order",
            to.events("?order=up"),
            "parameter",
            "order",
            "not_allowed",
        ),
        bad(
            "order in capitals",
            to.events("?order=ASC"),
            "parameter",
            "order",
            "not_allowed",
        ),
        bad(
            "an empty token",
            to.events("?starting_after="),
            "parameter",
            "starting_after",
            "pattern",
        ),
        bad(
            "a number for a token",
            to.events("?starting_after=1"),
            "parameter",
            "starting_after",
            "pattern",
        ),
        bad(
            "an account for a token",
            to.events("?starting_after=T11200001"),
            "parameter",
            "starting_after",
            "pattern",
        ),
        bad(
            "a long token",
            to.events(&format!("?starting_after={}", "Z".repeat(513))),
            "parameter",
            "starting_after",
            "too_long",
        ),
    ]
}

#[tokio::test]
async fn every_bad_event_is_told_by_its_place() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps.record("pending", "started").await.assert_ok();
    let log = partner.log().await.len();

    assert_all(syntax(&vipps), 18).await;
    assert_all(members(&vipps), 32).await;
    assert_all(envelope(&vipps), 14).await;
    assert_all(addresses(&partner, &vipps), 23).await;

    assert_eq!(partner.log().await.len(), log, "nothing was written");
}

#[tokio::test]
async fn every_other_bad_request_is_told_by_its_place() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client.clone();
    let log = partner.log().await.len();
    let granting = |change: serde_json::Value| {
        let mut body = json!({"client_id": client.id, "audience": audience("T11200000"), "scope": ["read:accounts"]});
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        partner
            .call("POST", "/auth/client-grants")
            .json(body.to_string())
    };
    let asking = |body: serde_json::Value| {
        let call = app.post("/v1/accounts/T11200000/auth/token");
        call.basic(&client.client_id, &client.client_secret)
            .json(body.to_string())
    };
    let listing = |query: &str| partner.get(&format!("/management/accounts{query}"));
    let cases = vec![
        bad(
            "a colon in a client_id",
            partner.add_client(&json!({"client_id": "a:b"})),
            "pointer",
            "/client_id",
            "pattern",
        ),
        bad(
            "an empty client_id",
            partner.add_client(&json!({"client_id": ""})),
            "pointer",
            "/client_id",
            "too_short",
        ),
        bad(
            "a name that is a number",
            partner.add_client(&json!({"name": 7})),
            "pointer",
            "/name",
            "wrong_type",
        ),
        bad(
            "callbacks that are no list",
            partner.add_client(&json!({"callbacks": {}})),
            "pointer",
            "/callbacks",
            "wrong_type",
        ),
        bad(
            "a callback that is no text",
            partner.add_client(&json!({"callbacks": ["a", 1]})),
            "pointer",
            "/callbacks/1",
            "wrong_type",
        ),
        bad(
            "an unknown scope",
            granting(json!({"scope": ["read:accounts", "read:minds"]})),
            "pointer",
            "/scope/1",
            "not_allowed",
        ),
        bad(
            "no scope",
            granting(json!({"scope": []})),
            "pointer",
            "/scope",
            "too_short",
        ),
        bad(
            "a scope that is a text",
            granting(json!({"scope": "read:accounts"})),
            "pointer",
            "/scope",
            "wrong_type",
        ),
        bad(
            "an audience without an account",
            granting(json!({"audience": "https://a.example"})),
            "pointer",
            "/audience",
            "pattern",
        ),
        bad(
            "an unknown type of grant",
            granting(json!({"type": "implicit"})),
            "pointer",
            "/type",
            "not_allowed",
        ),
        other(
            "an unknown client",
            granting(json!({"client_id": "nobody"})),
            404,
            "NOT FOUND",
        ),
        other(
            "a client_id for an id",
            granting(json!({"client_id": client.client_id})),
            404,
            "NOT FOUND",
        ),
        bad(
            "no audience",
            asking(json!({"grant_type": "client_credentials"})),
            "pointer",
            "/audience",
            "required",
        ),
        bad(
            "an audience that names nothing",
            asking(json!({"grant_type": "client_credentials", "audience": "me"})),
            "pointer",
            "/audience",
            "pattern",
        ),
        bad(
            "another grant_type",
            asking(json!({"grant_type": "password", "audience": audience("T11200000")})),
            "pointer",
            "/grant_type",
            "not_allowed",
        ),
        bad(
            "no grant_type",
            asking(json!({"audience": audience("T11200000")})),
            "pointer",
            "/grant_type",
            "required",
        ),
        bad(
            "limit 0",
            listing("?limit=0"),
            "parameter",
            "limit",
            "out_of_range",
        ),
        bad(
            "limit 101",
            listing("?limit=101"),
            "parameter",
            "limit",
            "out_of_range",
        ),
        bad(
            "a token of a history",
            listing("?starting_after=ZTE"),
            "parameter",
            "starting_after",
            "pattern",
        ),
        bad(
            "a partner for a token",
            listing("?starting_after=T112"),
            "parameter",
            "starting_after",
            "pattern",
        ),
        bad(
            "an account of another partner",
            listing("?starting_after=T11300001"),
            "parameter",
            "starting_after",
            "pattern",
        ),
        bad(
            "log limit 0",
            partner.get("/log?limit=0"),
            "parameter",
            "limit",
            "out_of_range",
        ),
        bad(
            "log limit 1001",
            partner.get("/log?limit=1001"),
            "parameter",
            "limit",
            "out_of_range",
        ),
        bad(
            "after -1",
            partner.get("/log?after=-1"),
            "parameter",
            "after",
            "out_of_range",
        ),
        bad(
            "after a word",
            partner.get("/log?after=start"),
            "parameter",
            "after",
            "wrong_type",
        ),
        bad(
            "after 1e3",
            partner.get("/log?after=1e3"),
            "parameter",
            "after",
            "wrong_type",
        ),
        bad(
            "an account that is a list",
            partner.add_account("[]"),
            "pointer",
            "",
            "wrong_type",
        ),
        other(
            "an account without a type",
            partner.call("POST", "/management/accounts").bytes(ACCOUNT),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
    ];
    assert_all(cases, 28).await;
    assert_eq!(partner.log().await.len(), log, "nothing was written");
}

#[tokio::test]
async fn all_that_is_wrong_is_told_at_once() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let body =
        "{\"status\":\"done\",\"description\":7,\"metadata\":{\"a\":\"\\u0000\",\"b\":1,\"b\":2}}";

    let response = vipps.record_body(body).await;

    response.assert_error(400, "INVALID_REQUEST_PARAMETER");
    for (at, code) in [
        ("/status", "not_allowed"),
        ("/event", "required"),
        ("/description", "wrong_type"),
        ("/metadata/a", "nul_character"),
        ("/metadata/b", "duplicate_key"),
    ] {
        response.assert_problem("pointer", at, code);
    }
    assert_eq!(response.problems().len(), 5);
}

#[tokio::test]
async fn a_hundred_problems_are_listed_and_the_rest_counted() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let nuls = vec!["\"\\u0000\""; 150].join(",");
    let body = with("metadata", &format!("{{\"a\":[{nuls}]}}"));

    let response = vipps.record_body(body).await;

    response.assert_error(400, "INVALID_REQUEST_PARAMETER");
    let problems = response.problems();
    assert_eq!(problems.len(), 101);
    response.assert_problem("pointer", "", "too_many_problems");
}

#[tokio::test]
async fn the_limits_themselves_are_allowed() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let fine = "{\"status\":\"pending\",\"event\":\"e\"}";
    let padded = format!("{fine}{}", " ".repeat(64 * 1024 - fine.len()));

    for body in [
        with("event", &format!("\"{}\"", "\u{e5}".repeat(256))),
        with("description", &format!("\"{}\"", "\u{1f600}".repeat(1_000))),
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
        vipps.post().body(media_type, fine).await.assert_ok();
    }
    vipps.events("?limit=100&limits=7").await.assert_ok();
}
