//! Nothing that is secret or about people is in the log, whatever happens, even at the finest level.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::{Call, Client, Partner, Records, Socket, TestApp, audience};

/// Stands in every value that a caller chooses.
const MARK: &str = "Zq7Mark";

/// What must not be found: the mark, and what only the server knows.
struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    fn add(&mut self, what: &'static str, secret: impl Into<String>) {
        self.0.push((what, secret.into()));
    }

    fn add_token(&mut self, token: &str) {
        for part in token.split('.') {
            self.add("a part of a token", part);
        }
    }

    fn add_client(&mut self, client: &Client) {
        self.add("a client's secret", client.client_secret.clone());
    }

    /// Those that stand in a text.
    fn found_in(&self, text: &str) -> BTreeSet<&'static str> {
        let found = self
            .0
            .iter()
            .filter(|(_, secret)| text.contains(secret.as_str()));
        found.map(|(what, _)| *what).collect()
    }
}

#[tokio::test]
async fn no_secret_and_nothing_about_people_is_in_the_log() {
    let records = Records::keep();
    let app = TestApp::start().await;
    let mut secrets = Secrets(Vec::new());
    secrets.add("what a caller chose", MARK);
    let key = std::fs::read_to_string(app.folder().join("kobling.key")).unwrap();
    secrets.add("the root key", key.trim());
    let partner = app.partner("T112").await;
    secrets.add_client(&partner.client);
    secrets.add_token(&partner.token);

    accounts_and_events(&app, &partner).await;
    access(&app, &partner, &mut secrets).await;
    nonsense(&app, &partner).await;

    let text = records.text();
    assert_eq!(secrets.found_in(&text), BTreeSet::new());
    for said in [
        "request refused",
        "answered",
        "\"level\":\"TRACE\"",
        "\"status\":500",
    ] {
        assert!(text.contains(said), "the log is kept, and has {said}");
    }
    // What was looked for can be found: the same search, once the log has said one of them.
    for (what, secret) in &secrets.0 {
        tracing::trace!(secret, "said on purpose");
        assert!(secrets.found_in(&records.text()).contains(what), "{what}");
    }
}

/// Accounts and events full of marked values, right and wrong.
async fn accounts_and_events(app: &TestApp, partner: &Partner<'_>) {
    let address =
        json!({"address_line": MARK, "postal_code": MARK, "postal_place": MARK, "country": "NO"});
    let account = json!({
        "applicant": {
            "first_name": MARK, "last_name": MARK, "email": format!("{MARK}@shop.example"),
            "agreement": {"name": MARK, "version": MARK},
        },
        "company": {
            "business_name": MARK, "organization_number": MARK, "address": address,
            "website": format!("https://{MARK}.example"),
        },
        "billing": {"business_name": MARK, "address": address},
    });
    let response = partner.add_account(account.to_string()).await;
    let account = partner.account_named(&response.assert_ok().text_at("/account_id"));
    account.read().await.assert_ok();
    partner.get("/management/accounts").await.assert_ok();
    partner
        .add_account(json!({"company": {"website": MARK}}).to_string())
        .await;
    let vipps = account.connection("vipps");
    let event = json!({
        "status": "pending", "event": MARK, "description": MARK,
        "metadata": {MARK: {"number": MARK, "list": [MARK]}},
    });
    for _ in 0..2 {
        let once = vipps.record_body(event.to_string()).idempotency_key(MARK);
        once.await.assert_ok();
    }
    let other = vipps.record("pending", MARK).idempotency_key(MARK).await;
    assert_eq!(other.status, 422);
    for body in [
        json!({"status": MARK, "event": MARK}).to_string(),
        json!({"status": "pending", "event": {MARK: MARK}, "metadata": MARK}).to_string(),
        json!({"status": "pending", "event": MARK.repeat(100)}).to_string(),
        format!("{{\"{MARK}\":1,\"{MARK}\":2}}"),
        format!("{{\"status\":{MARK}}}"),
        format!("{{\"{MARK}"),
    ] {
        assert_eq!(vipps.record_body(body).await.status, 400);
    }
    let strict = json!({"status": "pending", "event": MARK, MARK: MARK}).to_string();
    assert_eq!(vipps.record_body(strict).strict().await.status, 400);
    assert_eq!(
        vipps
            .record("pending", MARK)
            .if_match(format!("\"{MARK}\""))
            .await
            .status,
        412
    );
    vipps.read().await.assert_ok();
    vipps.events("").await.assert_ok();
    vipps
        .events(&format!("?limit={MARK}&starting_after={MARK}"))
        .await;
    partner.get("/log").await.assert_ok();
    account.connection(MARK).record("pending", MARK).await;
    app.get(&format!("/v1/accounts/T112/management/accounts/{MARK}"))
        .token(&partner.token)
        .await;
}

/// Clients, grants and tokens; right ones, wrong ones, and some that end.
async fn access(app: &TestApp, partner: &Partner<'_>, secrets: &mut Secrets) {
    let named = json!({"name": MARK, "description": MARK, "client_id": MARK, "callbacks": [MARK]});
    let made = partner.add_client(&named).await;
    let client = Client::of(&partner.own_account(), &made.assert_ok().json());
    secrets.add_client(&client);
    assert_eq!(partner.add_client(&named).await.status, 409);
    let own = partner.own_account();
    partner
        .add_grant(&client, &own, &["read:accounts"])
        .await
        .assert_ok();
    partner.add_grant(&client, &own, &[MARK]).await;
    partner.add_grant(&client, MARK, &["read:accounts"]).await;
    partner.get("/auth/clients").await.assert_ok();
    let token = client.token(app).await;
    secrets.add_token(&token);
    let form = |id: &str, secret: &str| {
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        app.post(&format!("/v1/accounts/{own}/auth/token"))
            .form(form)
    };
    let answer = form(&client.client_id, &client.client_secret).await;
    secrets.add_token(&answer.assert_ok().text_at("/access_token"));
    assert_eq!(form(MARK, MARK).await.status, 401);
    assert_eq!(form(&client.client_id, MARK).await.status, 401);
    let wrong = Client {
        client_secret: MARK.to_owned(),
        ..client.clone()
    };
    assert_eq!(wrong.ask(app, &own).await.status, 401);
    let body = json!({"grant_type": MARK, "audience": audience(MARK)}).to_string();
    let path = format!("/v1/accounts/{own}/auth/token");
    app.post(&path)
        .basic(&client.client_id, &client.client_secret)
        .json(body)
        .await;
    let mut forged = token.clone();
    forged.push_str(MARK);
    for token in [forged.as_str(), MARK, "a.b.c"] {
        assert_eq!(partner.with_token(token).get("/log").await.status, 401);
    }
    let reader = partner.with_token(&token);
    reader.get("/management/accounts").await.assert_ok();
    assert_eq!(reader.add_account("{}").await.status, 403);
    partner
        .delete(&format!("/auth/clients/{}", client.id))
        .await
        .assert_ok();
    assert_eq!(reader.get("/management/accounts").await.status, 401);
}

/// Requests that are wrong from their first line on, and a database that is gone.
async fn nonsense(app: &TestApp, partner: &Partner<'_>) {
    let with_headers = |call: Call| {
        let named = call.header("x-request-id", format!("{MARK} {MARK}"));
        let traced = named.header("traceparent", MARK).header("user-agent", MARK);
        traced
            .header("cookie", MARK)
            .header("authorization", format!("Basic {MARK}"))
    };
    for call in [
        app.get(&format!("/{MARK}?{MARK}={MARK}")),
        app.call(MARK, "/health/live"),
        app.get("/v1/accounts/T112/log"),
        app.post("/v1/accounts/T11200000/auth/token")
            .body(MARK, MARK),
    ] {
        assert!((400..500).contains(&with_headers(call).await.status));
    }
    for head in [
        format!("{MARK} / \r\n\r\n"),
        format!("GET /{MARK} HTTP/1.1\r\n{MARK}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: x\r\ncontent-length: {MARK}\r\n\r\n"),
    ] {
        let mut socket = Socket::open(app).await;
        socket.write(head.as_bytes()).await;
        socket.answer().await.response();
    }
    let mut socket = Socket::open(app).await;
    let cut = format!("POST /{MARK} HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{MARK}");
    socket.write(cut.as_bytes()).await;
    socket.finish().await;
    drop(socket.answer().await);
    // A table that is missing makes every write fail inside the engine.
    app.database().run("DROP TABLE connections").await;
    let vipps = partner.account_named("T11200001").connection("vipps");
    let failed = vipps.record("pending", MARK).await;
    assert_eq!(failed.status, 500, "{failed}");
}
