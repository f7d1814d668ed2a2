//! Open connections, of one address and of all.

use crate::support::{Answered, AppLimits, Socket, TestApp};

const ASK: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
const ASK_LAST: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

async fn limited(of_one: usize, of_all: usize) -> TestApp {
    let mut limits = AppLimits::default();
    limits.connections.connections_per_address_max = of_one;
    limits.connections.connections_max = of_all;
    TestApp::start_limited(limits).await
}

/// A connection that has been served once and stays open.
async fn served(app: &TestApp, from: &str) -> Socket {
    let mut socket = Socket::open_from(app, from).await;
    socket.write(ASK).await;
    assert!(socket.head().await.starts_with("HTTP/1.1 200"));
    socket
}

/// Whether a further connection is served.
async fn is_served(app: &TestApp, from: &str) -> bool {
    let mut socket = Socket::open_from(app, from).await;
    socket.write(ASK_LAST).await;
    match socket.answer().await {
        Answered::With(response) => {
            response.assert_ok();
            true
        }
        Answered::Nothing => false,
    }
}

/// Ends a connection, and waits until its place is free: the server counts the end just after the caller sees it.
async fn make_room(app: &TestApp, mut socket: Socket, from: &str) {
    socket.write(ASK_LAST).await;
    socket.answer().await;
    while !is_served(app, from).await {}
}

#[tokio::test]
async fn an_address_may_have_so_many_connections() {
    let app = limited(3, 1_000).await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(served(&app, "127.0.0.2").await);
    }

    assert!(!is_served(&app, "127.0.0.2").await);
    assert!(!is_served(&app, "127.0.0.2").await);
    assert!(
        is_served(&app, "127.0.0.3").await,
        "another address is not concerned"
    );
    make_room(&app, open.pop().unwrap(), "127.0.0.2").await;
}

#[tokio::test]
async fn all_addresses_together_may_have_so_many_connections() {
    let app = limited(1_000, 3).await;
    let mut open = Vec::new();
    for from in ["127.0.0.2", "127.0.0.3", "127.0.0.4"] {
        open.push(served(&app, from).await);
    }

    assert!(!is_served(&app, "127.0.0.2").await);
    assert!(!is_served(&app, "127.0.0.5").await);
    make_room(&app, open.pop().unwrap(), "127.0.0.5").await;
}
