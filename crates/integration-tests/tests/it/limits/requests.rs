//! Limits on what one request may bring.

use server::http::HttpLimits;

use crate::support::{AppLimits, Response, Socket, TestApp};

const FINE: &str = "{\"status\":\"pending\",\"event\":\"e\"}";

fn requests(change: impl FnOnce(&mut api::Limits)) -> AppLimits {
    let mut limits = AppLimits::default();
    change(&mut limits.requests);
    limits
}

/// An event with white space after it, so that it has this many bytes.
fn padded(bytes: usize) -> String {
    format!("{FINE}{}", " ".repeat(bytes - FINE.len()))
}

#[tokio::test]
async fn a_body_may_have_so_many_bytes() {
    let app = TestApp::start_limited(requests(|limits| limits.body_bytes_max = 2_000)).await;
    let partner = app.partner("T112").await;
    let vipps = partner.account_named("T11200000").connection("vipps");

    for bytes in [1_999, 2_000] {
        vipps.record_body(padded(bytes)).await.assert_ok();
    }
    for bytes in [2_001, 100_000] {
        let refused = vipps.record_body(padded(bytes)).await;
        let message = refused
            .assert_error(413, "BODY_TOO_LARGE")
            .text_at("/error/message");
        assert_eq!(
            message,
            "the body is too large; at most 2000 bytes are allowed"
        );
    }
    assert_eq!(vipps.history().await.len(), 2);
}

#[tokio::test]
async fn a_chunked_body_is_counted_as_it_arrives() {
    let app = TestApp::start_limited(requests(|limits| limits.body_bytes_max = 2_000)).await;
    let partner = app.partner("T112").await;
    let vipps = partner.account_named("T11200000").connection("vipps");

    for (bytes, status) in [(1_999, 200), (2_000, 200), (2_001, 413)] {
        let body = padded(bytes);
        let (one, other) = body.split_at(1_000);
        let mut socket = Socket::open(&app).await;
        let head = format!(
            "POST {}/events HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
            vipps.path(),
            partner.token
        );
        let chunks = format!(
            "{:x}\r\n{one}\r\n{:x}\r\n{other}\r\n0\r\n\r\n",
            one.len(),
            other.len()
        );
        socket.write((head + &chunks).as_bytes()).await;
        let response = socket.answer().await.response();
        assert_eq!(response.status, status, "{bytes} bytes\n{response}");
    }
}

#[tokio::test]
async fn a_target_may_have_so_many_bytes() {
    let app = TestApp::start_limited(requests(|limits| limits.target_bytes_max = 300)).await;
    let target = |bytes: usize| {
        let start = "/health/live?x=";
        format!("{start}{}", "x".repeat(bytes - start.len()))
    };

    for bytes in [299, 300] {
        app.get(&target(bytes)).await.assert_ok();
    }
    let refused = app.get(&target(301)).await;
    let message = refused
        .assert_error(414, "URI_TOO_LONG")
        .text_at("/error/message");
    assert_eq!(
        message,
        "the path and query have 301 bytes; at most 300 are allowed"
    );
}

#[tokio::test]
async fn headers_may_have_so_many_bytes() {
    let app = TestApp::start_limited(requests(|limits| limits.header_bytes_max = 2_000)).await;

    for (bytes, status) in [(1_999, 200), (2_000, 200), (2_001, 431)] {
        let response = with_headers(&app, bytes).await;
        assert_eq!(response.status, status, "{bytes} bytes\n{response}");
        if status == 431 {
            let message = response
                .assert_error(431, "HEADERS_TOO_LARGE")
                .text_at("/error/message");
            assert_eq!(
                message,
                "the headers have 2001 bytes; at most 2000 are allowed"
            );
        }
    }
}

#[tokio::test]
async fn a_head_is_read_up_to_a_limit() {
    let mut limits = requests(|limits| limits.header_bytes_max = 1_000_000);
    limits.connections = HttpLimits {
        head_bytes_max: 8_192,
        ..HttpLimits::default()
    };
    let app = TestApp::start_limited(limits).await;

    // From the first letter of the request line to the empty line after the headers.
    for (bytes, is_read) in [
        (8_191, true),
        (8_192, true),
        (8_193, false),
        (20_000, false),
    ] {
        let start = "GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx:  ";
        let filler = "x".repeat(bytes - start.len() - 4);
        let head = format!("{start}{filler}\r\n\r\n");
        assert_eq!(head.len(), bytes);
        for pieces in [vec![head.as_str()], head.split_inclusive("\r\n").collect()] {
            let mut socket = Socket::open(&app).await;
            for piece in pieces {
                socket.write(piece.as_bytes()).await;
            }
            let response = socket.answer().await.response();
            if is_read {
                response.assert_ok();
            } else {
                response.assert_error(431, "HEADERS_TOO_LARGE");
            }
        }
    }
}

/// Asks with headers whose names and values have this many bytes together.
async fn with_headers(app: &TestApp, bytes: usize) -> Response {
    let few = [("host", "x"), ("connection", "close")];
    let taken: usize = few
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    let filler = "x".repeat(bytes - taken - "x-filler".len());
    let head = format!(
        "GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-filler: {filler}\r\n\r\n"
    );
    let mut socket = Socket::open(app).await;
    socket.write(head.as_bytes()).await;
    socket.answer().await.response()
}
