//! No error is described that nothing answers: each code is provoked. A new code does not compile until it is, too.

use std::time::Duration;

use api::error::ErrorCode;
use serde_json::json;

use crate::support::{AppLimits, Connection, Partner, Response, Socket, TestApp};

#[tokio::test]
async fn every_code_is_answered() {
    for code in ErrorCode::ALL {
        let mut limits = AppLimits {
            busy_timeout: Some(Duration::from_millis(50)),
            ..AppLimits::default()
        };
        limits.requests.body_time_max = Duration::from_millis(100);
        let app = TestApp::start_limited(limits).await;
        let partner = app.partner("T112").await;

        let response = provoked(code, &app, &partner).await;

        response.assert_error(code.status().as_u16(), code.as_str());
        response.assert_documented_error();
        assert_eq!(response.text_at("/type"), code.address());
        let (page, anchor) = code.address().split_once('#').map(own).unwrap();
        let page = app.get(&page).await;
        let heading = format!("id=\"{anchor}\"");
        assert!(page.assert_ok().text().contains(&heading), "{heading}");
    }
}

fn own((page, anchor): (&str, &str)) -> (String, String) {
    (page.to_owned(), anchor.to_owned())
}

async fn provoked(code: ErrorCode, app: &TestApp, partner: &Partner<'_>) -> Response {
    let vipps = partner.account_named("T11200000").connection("vipps");
    let grantless = json!({"client_id": "grantless"});
    match code {
        ErrorCode::InvalidRequestParameter => vipps.record_body("{").await,
        ErrorCode::Unauthorized => app.get("/v1/accounts/T112/log").await,
        ErrorCode::InvalidClient => {
            let mut client = partner.client.clone();
            client.client_secret = "wrong".to_owned();
            client.ask(app, "T11200000").await
        }
        ErrorCode::Forbidden => {
            let other = app.partner("T113").await;
            partner.with_token(&other.token).get("/log").await
        }
        ErrorCode::NoGrant => partner.client.ask(app, "T11200001").await,
        ErrorCode::NotFound => vipps.read().await,
        ErrorCode::UnknownPath => app.get("/nothing").await,
        ErrorCode::MethodNotAllowed => app.call("DELETE", "/health/live").await,
        ErrorCode::RequestTimeout => half_a_body(app, &vipps).await,
        ErrorCode::ClientIdTaken => {
            partner.add_client(&grantless).await.assert_ok();
            partner.add_client(&grantless).await
        }
        ErrorCode::AccountNumbersExhausted => {
            let last = "UPDATE streams SET last_account_number = 99999";
            app.database().run(last).await;
            partner.add_account(crate::support::ACCOUNT).await
        }
        ErrorCode::VersionMismatch => vipps.record("pending", "e").if_match("\"7\"").await,
        ErrorCode::BodyTooLarge => vipps.record_body(" ".repeat(70_000)).await,
        ErrorCode::UriTooLong => app.get(&format!("/docs?{}", "x".repeat(10_000))).await,
        ErrorCode::UnsupportedMediaType => vipps.post().body("text/plain", "x").await,
        ErrorCode::IdempotencyKeyReused => {
            let with_key = |event| vipps.record("pending", event).idempotency_key("k");
            with_key("one").await.assert_ok();
            with_key("other").await
        }
        ErrorCode::HeadersTooLarge => {
            let long = "x".repeat(40_000);
            app.get("/docs").header("x-filler", long).await
        }
        ErrorCode::Internal => {
            vipps.record("pending", "e").await.assert_ok();
            let damage = "UPDATE connections SET status = 'damaged'";
            app.database().run(damage).await;
            vipps.read().await
        }
        ErrorCode::Unavailable => {
            let _held = app.hold().await;
            vipps.record("pending", "e").await
        }
    }
}

async fn half_a_body(app: &TestApp, vipps: &Connection<'_>) -> Response {
    let mut socket = Socket::open(app).await;
    let head = format!(
        "POST {}/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 30\r\n\r\n{{",
        vipps.path(),
        vipps.account.token
    );
    socket.write(head.as_bytes()).await;
    socket.answer().await.response()
}
