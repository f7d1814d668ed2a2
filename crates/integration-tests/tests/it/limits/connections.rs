//! Open connections of one address.

use crate::support::{Answered, AppLimits, Socket, TestApp};

const ASK: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";
const ASK_LAST: &[u8] = b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn an_address_may_have_so_many_connections() {
    let mut limits = AppLimits::default();
    limits.connections.connections_per_address_max = 3;
    let app = TestApp::start_limited(limits).await;

    let mut served = Vec::new();
    for _ in 0..3 {
        let mut socket = Socket::open(&app).await;
        socket.write(ASK).await;
        assert!(socket.head().await.starts_with("HTTP/1.1 200"));
        served.push(socket);
    }
    for _ in 0..2 {
        let mut refused = Socket::open(&app).await;
        refused.write(ASK_LAST).await;
        assert!(matches!(refused.answer().await, Answered::Nothing));
    }

    // Those that are open go on, and one that ends makes room.
    let mut last = served.pop().unwrap();
    last.write(ASK_LAST).await;
    last.answer().await.response().assert_ok();
    loop {
        // The server counts the end just after the caller sees it.
        let mut next = Socket::open(&app).await;
        next.write(ASK_LAST).await;
        if let Answered::With(response) = next.answer().await {
            response.assert_ok();
            break;
        }
    }
}
