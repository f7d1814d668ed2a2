//! What is served by HTTP/2 is what is served by HTTP/1.1.

use reqwest::Version;

use super::frames::{ASK, Caller, END_HEADERS, END_STREAM, HEADERS, PREFACE, SETTINGS, frame};
use crate::support::{Call, Socket, TestApp};

pub(super) fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy();
    builder.http2_prior_knowledge().build().unwrap()
}

#[tokio::test]
async fn events_are_recorded_and_read() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account_named("T11200000").connection("vipps");
    let http = client();
    let url = format!("http://{}{}", app.address(), vipps.path());

    let raw = http.get(format!("http://{}/health/live", app.address()));
    assert_eq!(raw.send().await.unwrap().version(), Version::HTTP_2);
    let calls = (0..50).map(|number| {
        let body = format!("{{\"status\":\"pending\",\"event\":\"event {number}\"}}");
        let call = Call::new(http.post(format!("{url}/events"))).token(&partner.token);
        call.header("x-request-id", format!("call-{number}"))
            .json(body)
    });
    for (number, response) in crate::support::together(calls).await.iter().enumerate() {
        response.assert_ok();
        response.assert_header("x-request-id", &format!("call-{number}"));
    }
    assert_eq!(vipps.history().await.len(), 50);
    let read = Call::new(http.get(&url)).token(&partner.token).await;
    read.assert_ok().assert_header("etag", "\"50\"");
    let metrics = app.metrics().await;
    let recorded = "kobling_http_requests_total{method=\"POST\",\
                    route=\"/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}/events\",status=\"200\"}";
    assert_eq!(metrics.get(recorded), 50.0);
    assert_eq!(metrics.get("kobling_http_requests_in_flight"), 0.0);
}

#[tokio::test]
async fn errors_are_the_same() {
    let app = TestApp::start().await;
    let http = client();
    for (method, path) in [
        ("GET", "/nowhere"),
        ("PUT", "/health/live"),
        ("GET", "/v1/accounts/T112/log"),
    ] {
        let url = format!("http://{}{path}", app.address());
        let by_2 = Call::new(http.request(method.parse().unwrap(), url)).await;
        let by_1 = app.call(method, path).await;
        assert_eq!(by_2.status, by_1.status);
        by_2.assert_documented_error();
        assert_eq!(by_2.without_id(), by_1.without_id());
    }
}

#[tokio::test]
async fn a_greeting_in_pieces_is_understood() {
    let app = TestApp::start().await;
    let greeting = [
        PREFACE,
        &frame(SETTINGS, 0, 0, &[]),
        &frame(HEADERS, END_HEADERS | END_STREAM, 1, ASK),
    ]
    .concat();
    let mut socket = Socket::open(&app).await;
    for byte in greeting {
        socket.write(&[byte]).await;
    }
    let answer = Caller(socket).next_of(HEADERS).await.unwrap();
    assert_eq!(answer.payload[0], 0x88, "status 200, as HPACK writes it");
}

#[tokio::test]
async fn what_only_begins_like_http2_is_refused_as_http1() {
    let app = TestApp::start().await;
    for start in [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX",
        "PRI * HTTP/2.0\r\nhost: x\r\n\r\n",
    ] {
        let mut socket = Socket::open(&app).await;
        socket.write(start.as_bytes()).await;
        socket.finish().await;
        let refused = socket.answer().await.response();
        refused.assert_error(400, "INVALID_REQUEST_PARAMETER");
    }
    // A method of its own that begins alike.
    let mut socket = Socket::open(&app).await;
    socket
        .write(b"PRI /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    assert_eq!(socket.answer().await.response().status, 405);
}
