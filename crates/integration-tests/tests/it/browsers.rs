//! What browsers, careful clients and those who only look at headers ask for.

use crate::support::TestApp;

#[tokio::test]
async fn a_preflight_lets_any_origin_send_what_it_wants() {
    let app = TestApp::start().await;
    let path = "/v1/accounts/T112/management/accounts/T11200001/connections/vipps/events";
    for (path, method) in [
        (path, "POST"),
        ("/v1/accounts/T11200000/auth/token", "POST"),
        (path, "GET"),
    ] {
        let wanted = "authorization,content-type,dintero-system-name,if-match,idempotency-key";
        let preflight = app
            .call("OPTIONS", path)
            .header("origin", "https://shop.example")
            .header("access-control-request-method", method)
            .header("access-control-request-headers", wanted);
        let response = preflight.await;
        response.assert_ok();
        response.assert_header("access-control-allow-origin", "*");
        response.assert_header("access-control-allow-headers", wanted);
        let methods = response.header("access-control-allow-methods").unwrap();
        for method in ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"] {
            assert!(
                methods.split(',').any(|allowed| allowed == method),
                "{methods}"
            );
        }
        assert_eq!(response.header("access-control-allow-credentials"), None);
        assert!(response.body.is_empty());
    }
}

#[tokio::test]
async fn every_answer_is_open_to_any_origin() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let origin = |call: crate::support::Call| call.header("origin", "https://shop.example");
    for (call, status) in [
        (origin(vipps.record("pending", "e")), 200),
        (origin(vipps.read()), 200),
        (origin(vipps.record_body("{")), 400),
        (origin(app.get("/v1/accounts/T112/log")), 401),
        (origin(app.get("/nothing")), 404),
        (origin(app.call("DELETE", "/health/live")), 405),
        (origin(app.get("/health/live")), 200),
    ] {
        let response = call.await;
        assert_eq!(response.status, status, "{response}");
        response.assert_header("access-control-allow-origin", "*");
        let exposed = response.header("access-control-expose-headers").unwrap();
        for name in ["etag", "deprecation", "link", "www-authenticate"] {
            assert!(exposed.split(',').any(|header| header == name), "{exposed}");
        }
    }
}

#[tokio::test]
async fn a_problem_document_comes_when_it_is_asked_for() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let problem = "application/problem+json";
    for (accept, media_type) in [
        (problem, problem),
        ("application/json, application/problem+json", problem),
        (
            "application/json;q=0.5, application/problem+json;q=0.9",
            problem,
        ),
        (
            "application/json, application/problem+json;q=0.5",
            "application/json",
        ),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        ("text/html", "application/json"),
    ] {
        for call in [
            vipps.record_body("{}"),
            app.get("/nothing"),
            app.get("/v1/accounts/T112/log"),
        ] {
            let response = call.header("accept", accept).await;
            response.assert_documented_error();
            response.assert_header("content-type", media_type);
        }
        let fine = vipps.record("pending", "e").header("accept", accept).await;
        fine.assert_ok()
            .assert_header("content-type", "application/json");
    }
}

#[tokio::test]
async fn strict_handling_refuses_what_is_not_known() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let surprising = r#"{"status":"pending","event":"e","surprise":1,"id":"x"}"#;

    let lenient = vipps.record_body(surprising).await;
    let strict = vipps.record_body(surprising).strict().await;
    let fine = vipps
        .record("pending", "e")
        .header("prefer", "return=minimal, handling=strict")
        .await;

    lenient.assert_ok();
    assert_eq!(lenient.header("preference-applied"), None);
    strict.assert_error(400, "INVALID_REQUEST_PARAMETER");
    let problem = (
        "pointer".to_owned(),
        "/surprise".to_owned(),
        "unknown_member".to_owned(),
    );
    assert_eq!(strict.problems(), [problem], "read-only members are known");
    fine.assert_ok()
        .assert_header("preference-applied", "handling=strict");
    for call in [
        partner.add_client(&serde_json::json!({"surprise": 1})),
        partner.add_account(crate::support::ACCOUNT.replacen('{', "{\"surprise\": 1,", 1)),
    ] {
        call.strict()
            .await
            .assert_problem("pointer", "/surprise", "unknown_member");
    }
    assert_eq!(vipps.history().await.len(), 2);
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps.record("pending", "e").await.assert_ok();
    for (path, token) in [
        (vipps.path(), Some(&partner.token)),
        (format!("{}/events", vipps.path()), Some(&partner.token)),
        ("/v1/accounts/T112/log".to_owned(), None),
        ("/v1/accounts/T112/log".to_owned(), Some(&partner.token)),
        ("/docs".to_owned(), None),
        ("/nothing".to_owned(), None),
    ] {
        let with = |method: &str| {
            let call = app.call(method, &path);
            match token {
                Some(token) => call.token(token),
                None => call,
            }
        };
        let (head, get) = (with("HEAD").await, with("GET").await);
        assert!(head.body.is_empty());
        assert_eq!(head.status, get.status);
        for name in ["etag", "content-type", "content-length", "www-authenticate"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
    let head = app.call("HEAD", "/v1/accounts/T11200000/auth/token").await;
    assert_eq!(head.status, 405);
    assert_eq!(head.header("allow"), Some("POST"));
}

#[tokio::test]
async fn health_says_that_it_lives_and_can_serve() {
    let app = TestApp::start().await;
    for path in ["/health/live", "/health/ready"] {
        let response = app.get(path).await;
        assert_eq!(response.assert_ok().text(), "{\"status\":\"ok\"}");
    }
}
