//! Callers that take too long are cut off. What is sent in time, in however many pieces, is served.

use std::time::Duration;

use crate::support::{Answered, AppLimits, Connection, Partner, Socket, TestApp};

/// Long enough for a server to read what has arrived, and short enough to wait for.
const SHORT: Duration = Duration::from_millis(100);

const FINE: &str = "{\"status\":\"pending\",\"event\":\"e\"}";

fn vipps<'a>(partner: &Partner<'a>) -> Connection<'a> {
    partner.account_named("T11200000").connection("vipps")
}

fn head(vipps: &Connection<'_>, more: &str) -> String {
    format!(
        "POST {}/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n{more}\r\n",
        vipps.path(),
        vipps.account.token,
        FINE.len()
    )
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_refused() {
    let mut limits = AppLimits::default();
    limits.requests.body_time_max = SHORT;
    let app = TestApp::start_limited(limits).await;
    let partner = app.partner("T112").await;
    let vipps = vipps(&partner);

    let mut socket = Socket::open(&app).await;
    let (half, _) = FINE.split_at(10);
    socket.write(head(&vipps, "").as_bytes()).await;
    socket.write(half.as_bytes()).await;
    let refused = socket.answer().await.response();

    let message = refused
        .assert_error(408, "REQUEST_TIMEOUT")
        .text_at("/error/message");
    assert_eq!(message, "the body did not arrive within 100ms");
    refused.assert_documented_error();
    assert!(vipps.history().await.is_empty());
}

#[tokio::test]
async fn a_body_in_pieces_is_read() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = vipps(&partner);

    let mut socket = Socket::open(&app).await;
    let head = head(&vipps, "connection: close\r\nexpect: 100-continue\r\n");
    let (start, end) = head.split_at(40);
    socket.write(start.as_bytes()).await;
    socket.write(end.as_bytes()).await;
    // The head is read and the body is waited for.
    assert!(socket.head().await.starts_with("HTTP/1.1 100"));
    for byte in FINE.as_bytes() {
        socket.write(&[*byte]).await;
    }

    socket.answer().await.response().assert_ok();
    assert_eq!(vipps.history().await.len(), 1);
}

#[tokio::test]
async fn a_head_that_does_not_arrive_ends_the_connection() {
    let mut limits = AppLimits::default();
    limits.connections.head_time_max = SHORT;
    let app = TestApp::start_limited(limits).await;

    for begun in [
        "",
        "GET /health/l",
        "GET /health/live HTTP/1.1\r\nhost: x\r\n",
    ] {
        let mut socket = Socket::open(&app).await;
        socket.write(begun.as_bytes()).await;
        let answered = socket.answer().await;
        assert!(
            matches!(answered, Answered::Nothing),
            "{begun:?}: {answered:?}"
        );
    }
}

#[tokio::test]
async fn an_idle_connection_ends() {
    let mut limits = AppLimits::default();
    limits.connections.head_time_max = SHORT;
    let app = TestApp::start_limited(limits).await;

    let mut socket = Socket::open(&app).await;
    socket
        .write(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
        .await;
    // Reads on until the server ends the connection, which the request does not ask for.
    socket.answer().await.response().assert_ok();
}
