//! The id of a request: taken or made, in every answer, in errors, and in the log.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::support::{Answered, Call, Records, Response, Socket, TestApp};

/// The id of an answer, which must be one of ours.
#[track_caller]
fn made_id(response: &Response) -> String {
    let id = response
        .header("x-request-id")
        .unwrap_or_else(|| panic!("no id: {response}"));
    let uuid = Uuid::parse_str(id).unwrap_or_else(|_| panic!("no UUID: {response}"));
    assert_eq!(uuid.get_version_num(), 7);
    id.to_owned()
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let preflight = app
        .call("OPTIONS", "/v1/accounts/T112/log")
        .header("origin", "https://shop.example")
        .header("access-control-request-method", "GET");
    let form = app
        .post("/v1/accounts/T11200000/auth/token")
        .form("grant_type=password");
    let long = format!("/{}", "x".repeat(9_000));
    let calls: Vec<(Call, u16)> = vec![
        (vipps.record("pending", "e"), 200),
        (vipps.read(), 200),
        (partner.get("/log"), 200),
        (app.get("/health/live"), 200),
        (app.get("/docs"), 200),
        (app.call("HEAD", "/health/live"), 200),
        (preflight, 200),
        (vipps.record_body("{"), 400),
        (form, 400),
        (app.get("/v1/accounts/T112/log"), 401),
        (app.get("/nothing"), 404),
        (app.call("DELETE", "/health/live"), 405),
        (app.get(&long), 414),
        (app.get("/docs").header("x-filler", "x".repeat(40_000)), 431),
    ];
    let mut seen = BTreeSet::new();
    for (call, status) in calls {
        let response = call.await;
        assert_eq!(response.status, status, "{response}");
        assert!(
            seen.insert(made_id(&response)),
            "an id came twice: {response}"
        );
    }
}

#[tokio::test]
async fn a_sensible_id_is_taken() {
    let app = TestApp::start().await;
    let longest = "a".repeat(128);
    for id in [
        "a",
        "order-7_b.c~d:e/f+g=h@i",
        "Root=1-67891233-abcdef",
        &longest,
    ] {
        for path in ["/health/live", "/nothing"] {
            let response = app.get(path).header("x-request-id", id).await;
            response.assert_header("x-request-id", id);
        }
    }
}

#[tokio::test]
async fn any_other_id_is_replaced_and_never_repeated() {
    let app = TestApp::start().await;
    let too_long = "a".repeat(129);
    for id in [
        "", " ", "a b", "a\"b", "<script>", "a;b", "{}", "a\tb", "\u{e9}", "a,b", &too_long,
    ] {
        let response = app.get("/nothing").header("x-request-id", id).await;
        made_id(&response);
        response.assert_error(404, "UNKNOWN_PATH");
        if id.len() > 1 {
            assert!(!response.to_string().contains(id), "{response}");
        }
    }
    let twice = app
        .get("/nothing")
        .header("x-request-id", "one")
        .header("x-request-id", "two");
    made_id(&twice.await);
}

#[tokio::test]
async fn an_error_names_its_request() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    for call in [
        vipps.record_body("{}"),
        app.get("/nothing"),
        partner.with_token("x").get("/log"),
        app.call("DELETE", "/health/live"),
    ] {
        let response = call.header("x-request-id", "mine-1").await;
        response.assert_documented_error();
        assert_eq!(response.text_at("/request_id"), "mine-1");
    }
    let form = app
        .post("/v1/accounts/T11200000/auth/token")
        .form("grant_type=password");
    let response = form.header("x-request-id", "mine-2").await;
    response.assert_oauth_error(400, "unsupported_grant_type");
    response.assert_header("x-request-id", "mine-2");
}

#[tokio::test]
async fn a_head_that_cannot_be_read_has_an_id_too() {
    let app = TestApp::start().await;
    let mut socket = Socket::open(&app).await;
    socket
        .write(b"GET / HTTP/1.1\r\nhost: x\r\nno colon\r\n\r\n")
        .await;
    let Answered::With(response) = socket.answer().await else {
        panic!("no answer");
    };
    response.assert_error(400, "INVALID_REQUEST_PARAMETER");
    assert_eq!(response.text_at("/request_id"), made_id(&response));
    assert_eq!(
        app.metrics().await.get("kobling_http_heads_refused_total"),
        1.0
    );
}

#[tokio::test]
async fn pages_of_other_origins_may_read_the_id() {
    let app = TestApp::start().await;
    let response = app
        .get("/nothing")
        .header("origin", "https://shop.example")
        .await;
    let exposed = response.header("access-control-expose-headers").unwrap();
    assert!(
        exposed.split(',').any(|name| name == "x-request-id"),
        "{exposed}"
    );
}

#[tokio::test]
async fn every_record_of_a_request_has_its_id_and_its_trace() {
    let records = Records::keep();
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0b1902b7-01";

    let fine = vipps
        .record("pending", "e")
        .header("x-request-id", "records-1");
    fine.header("traceparent", trace).await.assert_ok();
    let refused = vipps.record_body("{}").header("x-request-id", "records-2");
    refused
        .header("traceparent", "malformed")
        .await
        .assert_error(400, "INVALID_REQUEST_PARAMETER");

    let of_fine = records.of_request("records-1");
    assert_eq!(of_fine.len(), 1, "{of_fine:?}");
    assert_eq!(of_fine[0]["target"], "access");
    assert_eq!(of_fine[0]["level"], "DEBUG");
    assert_eq!(of_fine[0]["message"], "answered");
    assert_eq!(of_fine[0]["method"], "POST");
    let route = "/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}/events";
    assert_eq!(of_fine[0]["route"], route);
    assert_eq!(of_fine[0]["status"], 200);
    assert!(of_fine[0]["duration_ms"].as_f64().unwrap() > 0.0);
    assert_eq!(of_fine[0]["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    let of_refused = records.of_request("records-2");
    let messages: Vec<_> = of_refused.iter().map(|record| &record["message"]).collect();
    assert_eq!(messages, ["request refused", "answered"]);
    assert_eq!(of_refused[0]["code"], "INVALID_REQUEST_PARAMETER");
    assert_eq!(of_refused[0]["problem"], "required");
    assert!(
        of_refused
            .iter()
            .all(|record| record.get("trace_id").is_none())
    );
}
