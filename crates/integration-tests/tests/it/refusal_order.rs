//! A request that deserves two refusals gets the earlier one: each pair of neighbours in the published order.
//!
//! Path 404, method 405, token 401, ids 400, scope and owner 403, body 413, 415, 400; then inside the transaction:
//! revoked 401, replay or 422, account 404, version 412. A replay whose account is gone cannot be made: no operation
//! deletes accounts yet. Neither can a 409 of a transition policy: there are no policies yet.

use crate::support::{Call, Partner, Socket, TestApp};

/// One byte more than is read.
fn too_large() -> Vec<u8> {
    vec![b' '; 64 * 1024 + 1]
}

fn bad_ids(app: &TestApp) -> Call {
    app.post("/v1/accounts/T11/management/accounts/T112/connections/paypal/events")
}

#[tokio::test]
async fn an_unknown_path_comes_before_its_method_and_everything_else() {
    let app = TestApp::start().await;
    for method in ["GET", "POST", "PATCH", "TRACE", "BREW"] {
        let call = app
            .call(method, "/v1/accounts/T112/nothing")
            .bytes(too_large());
        call.await.assert_error(404, "UNKNOWN_PATH");
    }
}

#[tokio::test]
async fn a_method_comes_before_the_token() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let path = format!(
        "{}/events",
        partner
            .account_named("T11200001")
            .connection("vipps")
            .path()
    );

    for method in ["PUT", "PATCH", "DELETE"] {
        let response = app.call(method, &path).await;
        response.assert_error(405, "METHOD_NOT_ALLOWED");
        let allowed = response.header("allow").unwrap();
        let allowed: Vec<&str> = allowed.split(',').map(str::trim).collect();
        assert!(
            allowed.contains(&"POST") && allowed.contains(&"GET"),
            "{allowed:?}"
        );
    }
}

#[tokio::test]
async fn a_token_comes_before_ids() {
    let app = TestApp::start().await;
    bad_ids(&app).await.assert_error(401, "UNAUTHORIZED");
    bad_ids(&app)
        .token("garbage")
        .await
        .assert_error(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn ids_come_before_owner_and_scope() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let reader = partner.client(&["read:hooks"]).await.token(&app).await;
    let foreign = app.partner("T113").await;

    for token in [reader, foreign.token.clone()] {
        let response = bad_ids(&app).token(&token).await;
        response.assert_error(400, "INVALID_REQUEST_PARAMETER");
        assert_eq!(response.problems().len(), 3, "all at once: {response}");
        let account = partner.account_named("T112").with_token(&token);
        let response = account.connection("vipps").record("pending", "e").await;
        response.assert_error(400, "INVALID_REQUEST_PARAMETER");
    }
}

#[tokio::test]
async fn scope_and_owner_come_before_the_body() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let reader = partner.client(&["read:accounts"]).await.token(&app).await;
    let foreign = app.partner("T113").await;

    for token in [reader, foreign.token.clone()] {
        let vipps = vipps.account.with_token(&token).connection("vipps");
        vipps
            .post()
            .json(too_large())
            .await
            .assert_error(403, "FORBIDDEN");
        vipps
            .post()
            .if_match("x")
            .bytes("{")
            .await
            .assert_error(403, "FORBIDDEN");
    }
}

#[tokio::test]
async fn size_comes_before_type_and_headers() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");

    let typed = vipps.post().body("text/plain", too_large());
    typed.await.assert_error(413, "BODY_TOO_LARGE");
    let conditional = vipps.post().if_match("x").json(too_large());
    conditional.await.assert_error(413, "BODY_TOO_LARGE");
}

#[tokio::test]
async fn type_comes_before_content_and_headers() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");

    vipps
        .post()
        .body("text/plain", "{")
        .await
        .assert_error(415, "UNSUPPORTED_MEDIA_TYPE");
    vipps
        .post()
        .bytes("{")
        .await
        .assert_error(415, "UNSUPPORTED_MEDIA_TYPE");
    let call = vipps
        .post()
        .if_match("x")
        .idempotency_key("a b")
        .body("text/plain", "{}");
    call.await.assert_error(415, "UNSUPPORTED_MEDIA_TYPE");
}

#[tokio::test]
async fn content_comes_before_what_the_transaction_refuses() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let vipps = account.connection("vipps");
    vipps
        .record("pending", "e")
        .idempotency_key("k")
        .await
        .assert_ok();
    let missing = partner.account_named("T11299999").connection("vipps");
    let foreign = partner.account_named("T11300001").connection("vipps");
    let bad = "{\"status\":\"done\"}";

    for call in [
        missing.record_body(bad),
        foreign.record_body(bad),
        vipps.record_body(bad).idempotency_key("k"),
        vipps.record_body(bad).if_match("\"9\""),
        vipps
            .record("pending", "other")
            .idempotency_key("k")
            .if_match("x"),
        missing.events("?limit=0"),
        foreign.events("?limit=0"),
    ] {
        call.await.assert_error(400, "INVALID_REQUEST_PARAMETER");
    }
}

/// Sends a request whose client is deleted after its token was accepted: `Expect: 100-continue` tells when that was.
async fn revoked_under_way(
    app: &TestApp,
    partner: &Partner<'_>,
    headers: &str,
    body: &str,
) -> crate::support::Response {
    let writer = partner.client(&["write:accounts"]).await;
    let vipps = partner.account_named("T11200001").connection("vipps");
    let token = writer.token(app).await;
    let first = vipps
        .account
        .with_token(&token)
        .connection("vipps")
        .record("pending", "e");
    first.idempotency_key("k").await.assert_ok();
    let mut socket = Socket::open(app).await;
    let head = format!(
        "POST {}/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n{headers}\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\
         connection: close\r\n\r\n",
        vipps.path(),
        body.len()
    );
    socket.write(head.as_bytes()).await;
    assert!(socket.head().await.starts_with("HTTP/1.1 100 "));
    let path = format!("/auth/clients/{}", writer.id);
    partner.delete(&path).await.assert_ok();
    let events = vipps.history().await.len();
    socket.write(body.as_bytes()).await;
    let response = socket.answer().await.response();
    assert_eq!(vipps.history().await.len(), events, "nothing is written");
    response
}

#[tokio::test]
async fn content_comes_before_a_revocation_that_the_transaction_sees() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    partner.account().await;
    let response = revoked_under_way(&app, &partner, "", "{\"status\":\"pending\"}").await;
    response.assert_error(400, "INVALID_REQUEST_PARAMETER");
}

#[tokio::test]
async fn a_revocation_comes_before_a_replay_and_a_reused_key() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    partner.account().await;
    for body in [
        "{\"status\":\"pending\",\"event\":\"e\"}",
        "{\"status\":\"pending\",\"event\":\"other\"}",
    ] {
        let headers = "idempotency-key: k\r\n";
        let response = revoked_under_way(&app, &partner, headers, body).await;
        response.assert_error(401, "UNAUTHORIZED");
    }
}

#[tokio::test]
async fn a_revocation_comes_before_the_version() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    partner.account().await;
    let body = "{\"status\":\"pending\",\"event\":\"e\"}";
    let response = revoked_under_way(&app, &partner, "if-match: \"9\"\r\n", body).await;
    response.assert_error(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn a_reused_key_comes_before_the_version() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps
        .record("pending", "e")
        .idempotency_key("k")
        .await
        .assert_ok();

    let response = vipps
        .record("pending", "other")
        .idempotency_key("k")
        .if_match("\"9\"")
        .await;

    response.assert_error(422, "IDEMPOTENCY_KEY_REUSED");
}

#[tokio::test]
async fn a_missing_account_comes_before_the_version() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    for account in ["T11299999", "T11300001"] {
        let vipps = partner.account_named(account).connection("vipps");
        let response = vipps.record("pending", "e").if_match("\"1\"").await;
        response.assert_error(404, "NOT FOUND");
    }
}
