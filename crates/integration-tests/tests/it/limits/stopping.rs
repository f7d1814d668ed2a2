//! A server that is told to stop finishes what was begun, within a bound.

use std::time::Duration;

use crate::support::{AppLimits, Socket, TestApp};

const FINE: &str = "{\"status\":\"pending\",\"event\":\"e\"}";

/// A request of which the server has the head, and waits for the body.
async fn begun(app: &TestApp) -> Socket {
    let partner = app.partner("T112").await;
    let head = format!(
        "POST {}/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nexpect: 100-continue\r\n\r\n",
        partner
            .account_named("T11200000")
            .connection("vipps")
            .path(),
        partner.token,
        FINE.len()
    );
    let mut socket = Socket::open(app).await;
    socket.write(head.as_bytes()).await;
    assert!(socket.head().await.starts_with("HTTP/1.1 100"));
    socket
}

#[tokio::test]
async fn what_was_begun_is_finished() {
    let app = TestApp::start().await;
    let mut socket = begun(&app).await;

    let address = app.address();
    let (ended, _folder) = app.tell_to_stop();
    // Nothing new is accepted from the moment that the listener is closed.
    while tokio::net::TcpStream::connect(address).await.is_ok() {}
    socket.write(FINE.as_bytes()).await;

    socket
        .answer()
        .await
        .response()
        .assert_ok()
        .assert_header("etag", "\"1\"");
    ended.await.unwrap();
}

#[tokio::test]
async fn what_takes_too_long_is_cut_off() {
    let mut limits = AppLimits::default();
    limits.connections.stop_time_max = Duration::from_millis(50);
    // Nothing else may end it.
    limits.requests.body_time_max = Duration::from_secs(3_600);
    let app = TestApp::start_limited(limits).await;
    let socket = begun(&app).await;

    let (ended, _folder) = app.tell_to_stop();
    ended.await.unwrap();
    drop(socket);
}
