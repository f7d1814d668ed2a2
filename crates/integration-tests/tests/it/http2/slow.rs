//! Callers that take too long are cut off.

use std::time::Duration;

use super::frames::{
    ASK, Caller, END_HEADERS, END_STREAM, GO_AWAY, HEADERS, PREFACE, SETTINGS, frame,
};
use crate::support::{AppLimits, Call, Socket, TestApp};

/// Long enough for a server to read what has arrived, and short enough to wait for.
const SHORT: Duration = Duration::from_millis(100);

async fn impatient() -> TestApp {
    let mut limits = AppLimits::default();
    limits.connections.head_time_max = SHORT;
    TestApp::start_limited(limits).await
}

#[tokio::test]
async fn who_greets_and_asks_nothing_is_cut_off() {
    let app = impatient().await;
    let settings = frame(SETTINGS, 0, 0, &[]);
    let begins_headers = frame(HEADERS, 0, 1, ASK);
    for begun in [
        &PREFACE[..10],
        PREFACE,
        &[PREFACE, &settings].concat(),
        &[PREFACE, &settings, &begins_headers].concat(),
        &[PREFACE, &settings, &begins_headers[..12]].concat(),
    ] {
        let mut socket = Socket::open(&app).await;
        socket.write(begun).await;
        while socket.bytes(1).await.is_some() {}
    }
}

#[tokio::test]
async fn an_idle_connection_is_told_to_end() {
    let app = impatient().await;
    let mut caller = Caller::greet(&app).await;
    caller.send(HEADERS, END_HEADERS | END_STREAM, 1, ASK).await;
    assert!(caller.next_of(HEADERS).await.is_some());
    let told = caller.next_of(GO_AWAY).await.unwrap();
    assert_eq!(told.payload[4..8], [0; 4], "no error");
    while caller.next_of(GO_AWAY).await.is_some() {}
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_refused() {
    let mut limits = AppLimits::default();
    limits.requests.body_time_max = SHORT;
    let app = TestApp::start_limited(limits).await;
    let partner = app.partner("T112").await;
    let vipps = partner.account_named("T11200000").connection("vipps");
    let (_rest, body) = http_body_util::channel::Channel::<bytes::Bytes>::new(1);
    let http = super::serving::client();
    let request = http
        .post(format!("http://{}{}/events", app.address(), vipps.path()))
        .header("content-type", "application/json")
        .body(reqwest::Body::wrap(body));
    let refused = Call::new(request).token(&partner.token).await;
    refused.assert_error(408, "REQUEST_TIMEOUT");
    assert!(vipps.history().await.is_empty());
}
