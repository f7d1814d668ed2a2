//! Limits at, below and above, and what only HTTP/2 lets a caller do.

use super::frames::{
    ASK, CANCEL, CONTINUATION, Caller, END_HEADERS, END_STREAM, ENHANCE_YOUR_CALM, HEADERS,
    RST_STREAM, SETTINGS,
};
use super::serving::client;
use crate::support::{AppLimits, Call, Response, TestApp};

const FINE: &str = "{\"status\":\"pending\",\"event\":\"e\"}";

/// The number of a setting of the server (RFC 9113, section 6.5.2).
async fn setting(caller: &mut Caller, wanted: u16) -> Option<u32> {
    let settings = caller.next_of(SETTINGS).await.unwrap();
    let mut each = settings.payload.chunks(6);
    let found = each.find(|setting| setting[..2] == wanted.to_be_bytes())?;
    Some(u32::from_be_bytes(found[2..].try_into().unwrap()))
}

#[tokio::test]
async fn a_body_may_have_so_many_bytes() {
    let mut limits = AppLimits::default();
    limits.requests.body_bytes_max = 2_000;
    let app = TestApp::start_limited(limits).await;
    let partner = app.partner("T112").await;
    let vipps = partner.account_named("T11200000").connection("vipps");
    let url = format!("http://{}{}/events", app.address(), vipps.path());
    let http = client();
    for (bytes, status) in [(1_999, 200), (2_000, 200), (2_001, 413), (1_000_000, 413)] {
        let body = format!("{FINE}{}", " ".repeat(bytes - FINE.len()));
        let call = Call::new(http.post(&url)).token(&partner.token).json(body);
        let response = call.await;
        assert_eq!(response.status, status, "{bytes} bytes\n{response}");
    }
    assert_eq!(vipps.history().await.len(), 2);
}

#[tokio::test]
async fn a_list_of_headers_is_read_up_to_a_limit() {
    let mut limits = AppLimits::default();
    limits.requests.header_bytes_max = 2_000;
    limits.connections.header_list_bytes_max = 4_000;
    let app = TestApp::start_limited(limits).await;
    let mut caller = Caller::greet(&app).await;
    assert_eq!(setting(&mut caller, 6).await, Some(4_000));

    let http = client();
    let ask = async |bytes: usize| -> Response {
        let url = format!("http://{}/health/live", app.address());
        let accept = "accept".len() + "*/*".len();
        let filler = "x".repeat(bytes - accept - "x-filler".len());
        Call::new(http.get(url).header("x-filler", filler)).await
    };
    ask(2_000).await.assert_ok();
    ask(2_001).await.assert_error(431, "HEADERS_TOO_LARGE");
    ask(3_500).await.assert_error(431, "HEADERS_TOO_LARGE");
    // Beyond what is read nobody is there to say more than the status.
    let bare = ask(4_001).await;
    assert_eq!((bare.status, bare.body.len()), (431, 0));
    ask(2_000).await.assert_ok();
}

#[tokio::test]
async fn so_many_requests_may_be_under_way() {
    let mut limits = AppLimits::default();
    limits.connections.requests_per_connection_max = 3;
    let app = TestApp::start_limited(limits).await;
    let mut caller = Caller::greet(&app).await;
    assert_eq!(setting(&mut caller, 3).await, Some(3));

    let partner = app.partner("T112").await;
    let path = format!(
        "{}/events",
        partner
            .account_named("T11200000")
            .connection("vipps")
            .path()
    );
    let head = posting(&path, &partner.token);
    for stream in [1, 3, 5, 7] {
        caller.send(HEADERS, END_HEADERS, stream, &head).await;
    }
    let refused = caller.next_of(RST_STREAM).await.unwrap();
    assert_eq!(
        (refused.stream, &refused.payload[..]),
        (7, &[0, 0, 0, 7][..]),
        "REFUSED_STREAM"
    );
}

/// `POST` with a token and a body to come, as HPACK writes it without a table.
fn posting(path: &str, token: &str) -> Vec<u8> {
    let mut head = vec![0x83, 0x86];
    let mut text = |start: &[u8], value: &str| {
        head.extend(start);
        let length = value.len();
        if length < 127 {
            head.push(u8::try_from(length).unwrap());
        } else {
            head.push(127);
            let mut rest = length - 127;
            while rest >= 128 {
                head.push(u8::try_from(rest % 128 + 128).unwrap());
                rest /= 128;
            }
            head.push(u8::try_from(rest).unwrap());
        }
        head.extend(value.as_bytes());
    };
    text(&[0x04], path);
    text(&[0x01], "x");
    text(b"\x0f\x08", &format!("Bearer {token}"));
    text(b"\x0f\x10", "application/json");
    head
}

#[tokio::test]
async fn requests_that_are_taken_back_at_once_end_the_connection() {
    let app = TestApp::start().await;
    let mut caller = Caller::greet(&app).await;
    let mut all = Vec::new();
    for number in 0..5_000 {
        let stream = number * 2 + 1;
        all.extend(super::frames::frame(
            HEADERS,
            END_HEADERS | END_STREAM,
            stream,
            ASK,
        ));
        all.extend(super::frames::frame(RST_STREAM, 0, stream, &CANCEL));
    }
    caller.0.write(&all).await;
    assert_eq!(caller.reason_of_end().await, Some(ENHANCE_YOUR_CALM));
    app.get("/health/live").await.assert_ok();
}

#[tokio::test]
async fn headers_without_an_end_end_the_connection() {
    let app = TestApp::start().await;
    let mut caller = Caller::greet(&app).await;
    caller.send(HEADERS, 0, 1, ASK).await;
    for _ in 0..100 {
        let filler = [&b"\0\x01x\x7f\x81\x7c"[..], &[b'x'; 16_000]].concat();
        caller.send(CONTINUATION, 0, 1, &filler).await;
    }
    // Whatever the reason: a reset may come before it.
    caller.reason_of_end().await;
    app.get("/health/live").await.assert_ok();
}
