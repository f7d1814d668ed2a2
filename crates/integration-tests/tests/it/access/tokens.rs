//! Tokens by Basic and JSON, exactly as the published API's clients ask for them.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{PUBLIC_URL, Partner, Socket, TestApp, audience};

const PATH: &str = "/v1/accounts/T11200000/auth/token";

/// A part of a token: 0 is the header, 1 the claims.
fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn body(audience: &str) -> String {
    json!({"grant_type": "client_credentials", "audience": audience}).to_string()
}

#[tokio::test]
async fn the_answer_is_what_published_clients_read() {
    let app = TestApp::start().await;
    let client = app.partner("T112").await.client;

    let response = app
        .post(PATH)
        .basic(&client.client_id, &client.client_secret)
        .header("accept", "application/json")
        .header("dintero-system-name", "woocommerce")
        .header("dintero-system-version", "9.1.0")
        .header("dintero-system-plugin-name", "Dintero.Checkout.WooCommerce")
        .header("dintero-system-plugin-version", "2.1.0")
        .header(
            "user-agent",
            "Dintero.Node.SDK/1.0 (+https://github.com/Dintero)",
        )
        .body(
            "application/json; charset=utf-8",
            body(&audience("T11200000")),
        )
        .await;

    let answer = response.assert_ok().json();
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 14_400);
    assert_eq!(answer.as_object().unwrap().len(), 3, "{answer}");
    response.assert_header("cache-control", "no-store");
    response.assert_header("content-type", "application/json");
}

#[tokio::test]
async fn the_audience_is_matched_by_its_account() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    for audience in [
        "https://api.dintero.com/v1/accounts/T11200000".to_owned(),
        "https://T11200000@api.dintero.com/v1/accounts/T11200000".to_owned(),
        "https://T11200000@test.dintero.com/v1/accounts/T11200000".to_owned(),
        "http://localhost:8080/v1/accounts/T11200000".to_owned(),
        format!("{PUBLIC_URL}/v1/accounts/T11200000"),
    ] {
        for owner in ["T11200000", "T112"] {
            let call = app.post(&format!("/v1/accounts/{owner}/auth/token"));
            let call = call.basic(&partner.client.client_id, &partner.client.client_secret);
            let token = call
                .json(body(&audience))
                .await
                .assert_ok()
                .text_at("/access_token");
            assert_eq!(part(&token, 1)["aud"], *audience, "as it was sent");
            account.with_token(&token).read().await.assert_ok();
        }
    }
}

#[tokio::test]
async fn expect_100_continue_is_answered() {
    let app = TestApp::start().await;
    let client = app.partner("T112").await.client;
    let credentials = format!("{}:{}", client.client_id, client.client_secret);
    let body = body(&audience("T11200000"));
    let mut socket = Socket::open(&app).await;
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: api.dintero.com\r\nAuthorization: Basic {}\r\n\
         Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\nConnection: close\r\n\r\n",
        STANDARD.encode(credentials),
        body.len()
    );

    socket.write(head.as_bytes()).await;
    let go_on = socket.head().await;
    socket.write(body.as_bytes()).await;
    let response = socket.answer().await.response();

    assert_eq!(go_on, "HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(response.assert_ok().text_at("/token_type"), "Bearer");
}

#[tokio::test]
async fn the_claims_are_those_of_rfc_9068() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let client = partner
        .client_of(&account.id, &["read:accounts", "write:accounts"])
        .await;

    let token = client.token(&app).await;

    let header = part(&token, 0);
    assert_eq!(header["typ"], "at+jwt");
    assert_eq!(header["alg"], "EdDSA");
    assert!(!header["kid"].as_str().unwrap().is_empty());
    let claims = part(&token, 1);
    let now = domain::Clock::now(&app.clock).seconds();
    let expected = json!({
        "iss": format!("{PUBLIC_URL}/v1/accounts/T11200000"),
        "aud": audience(&account.id),
        "sub": client.id,
        "client_id": client.client_id,
        "iat": now,
        "exp": now + 14_400,
        "jti": claims["jti"],
        "scope": "write:accounts read:accounts",
    });
    assert_eq!(claims, expected);
    let another = part(&client.token(&app).await, 1);
    assert_ne!(another["jti"], claims["jti"], "every token has its own");
}

#[tokio::test]
async fn wrong_credentials_are_refused_alike() {
    let app = TestApp::start().await;
    let (partner, foreign) = (app.partner("T112").await, app.partner("T113").await);
    let (account, neighbour) = (partner.account().await, partner.account().await);
    let of_account = partner.client_of(&account.id, &["read:accounts"]).await;
    let client = &partner.client;
    let at = |path: &str| app.post(path).json(body(&audience("T11200000")));
    let neighbours = format!("/v1/accounts/{}/auth/token", neighbour.id);
    let refused = vec![
        at(PATH).basic(&client.client_id, "wrong"),
        at(PATH).basic(&client.client_id, ""),
        at(PATH).basic(&client.client_id, &format!("{}x", client.client_secret)),
        at(PATH).basic("nobody", &client.client_secret),
        at(PATH).basic("", ""),
        at(PATH).basic(&foreign.client.client_id, &foreign.client.client_secret),
        at(PATH).basic(&client.client_id, &foreign.client.client_secret),
        at("/v1/accounts/T11300000/auth/token").basic(&client.client_id, &client.client_secret),
        at("/v1/accounts/P112/auth/token").basic(&client.client_id, &client.client_secret),
        at("/v1/accounts/T999/auth/token").basic(&client.client_id, &client.client_secret),
        at(&neighbours).basic(&of_account.client_id, &of_account.client_secret),
        at(&neighbours).basic("nobody", "x"),
    ];
    let mut messages = std::collections::BTreeSet::new();

    for call in refused {
        let response = call.await;
        response.assert_error(401, "INVALID_CLIENT");
        response.assert_header(
            "www-authenticate",
            "Basic realm=\"kobling\", charset=\"UTF-8\"",
        );
        messages.insert(response.without_id().to_string());
    }

    assert_eq!(
        messages.len(),
        1,
        "nothing tells what was wrong: {messages:?}"
    );
    at(PATH).await.assert_error(401, "INVALID_CLIENT");
    at(PATH)
        .token(&partner.token)
        .await
        .assert_error(401, "INVALID_CLIENT");
}

#[tokio::test]
async fn a_client_may_show_its_id_for_its_client_id() {
    let app = TestApp::start().await;
    let client = app.partner("T112").await.client;
    let call = app.post(PATH).basic(&client.id, &client.client_secret);
    call.json(body(&audience("T11200000"))).await.assert_ok();
}

#[tokio::test]
async fn credentials_may_be_percent_encoded() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let made = partner.add_client(&json!({"client_id": "a+b %41/c"})).await;
    let client = crate::support::Client::of("T11200000", &made.assert_ok().json());
    partner
        .add_grant(&client, "T11200000", &["read:accounts"])
        .await
        .assert_ok();
    let ask = |name: &str, secret: &str| {
        app.post(PATH)
            .basic(name, secret)
            .json(body(&audience("T11200000")))
    };
    let hex: String = client
        .client_secret
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();

    ask("a+b %41/c", &client.client_secret).await.assert_ok();
    ask("a%2Bb+%2541%2Fc", &hex).await.assert_ok();
    ask("a%2bb%20%2541/c", &client.client_secret)
        .await
        .assert_ok();
    ask("a b %41/c", &client.client_secret)
        .await
        .assert_error(401, "INVALID_CLIENT");
}

#[tokio::test]
async fn base64_without_padding_is_understood() {
    let app = TestApp::start().await;
    let client = app.partner("T112").await.client;
    let text = format!("{}:{}", client.client_id, client.client_secret);
    let unpadded = STANDARD.encode(text).trim_end_matches('=').to_owned();
    let call = app
        .post(PATH)
        .header("authorization", format!("basic {unpadded}"));
    call.json(body(&audience("T11200000"))).await.assert_ok();
}

#[tokio::test]
async fn nothing_granted_on_the_audience_is_403() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let client = partner.client_of(&account.id, &[]).await;

    client
        .ask(&app, &account.id)
        .await
        .assert_error(403, "NO_GRANT");
    client
        .ask(&app, "T11300000")
        .await
        .assert_error(403, "NO_GRANT");
    partner
        .client
        .ask(&app, &account.id)
        .await
        .assert_error(403, "NO_GRANT");
    partner
        .add_grant(&client, &account.id, &["read:accounts"])
        .await
        .assert_ok();
    client.ask(&app, &account.id).await.assert_ok();
}

#[tokio::test]
async fn scope_in_json_is_ignored() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&["read:accounts", "write:accounts"]).await;
    let request = json!({"grant_type": "client_credentials", "audience": audience("T11200000"),
                         "scope": "read:accounts no:such"});

    let call = app
        .post(PATH)
        .basic(&client.client_id, &client.client_secret);
    let token = call
        .json(request.to_string())
        .await
        .assert_ok()
        .text_at("/access_token");

    assert_eq!(part(&token, 1)["scope"], "write:accounts read:accounts");
}

/// Every way to send a token that is not believed.
async fn assert_refused(partner: &Partner<'_>, token: &str, about: &str) {
    let response = partner.with_token(token).get("/log").await;
    assert_eq!(response.status, 401, "{about}: {response}");
    response.assert_error(401, "UNAUTHORIZED");
    let challenge = response.header("www-authenticate").unwrap();
    let expected = "Bearer realm=\"kobling\", error=\"invalid_token\"";
    assert!(challenge.starts_with(expected), "{about}: {challenge}");
}

#[tokio::test]
async fn a_token_lives_as_long_as_it_says() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let unused = partner.client.token(&app).await;
    partner.get("/log").await.assert_ok();

    app.clock.advance(Duration::from_millis(14_400_000 - 1));
    partner.get("/log").await.assert_ok();
    app.clock.advance(Duration::from_millis(1));

    assert_refused(&partner, &partner.token, "remembered").await;
    assert_refused(&partner, &unused, "never seen before").await;
    let vipps = partner.account_named("T11200000").connection("vipps");
    vipps
        .record("pending", "e")
        .await
        .assert_error(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn a_lifetime_can_be_set() {
    let change = |settings: &mut service::Settings| {
        settings.token_algorithm = oauth::Algorithm::EdDsa;
        settings.token_lifetime = Duration::from_secs(60);
    };
    let app = TestApp::start_with(change).await;
    let partner = app.partner("T112").await;
    assert_eq!(
        partner.client.ask(&app, "T11200000").await.json()["expires_in"],
        60
    );
    app.clock.advance(Duration::from_secs(60));
    assert_refused(&partner, &partner.token, "after a minute").await;
}

#[tokio::test]
async fn what_was_not_issued_here_is_refused() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let elsewhere = TestApp::start().await;
    let twin = elsewhere.partner("T112").await;
    let renamed = TestApp::start_with(|settings| {
        settings.token_algorithm = oauth::Algorithm::EdDsa;
        settings.public_url = "https://other.test".to_owned();
    });
    let renamed = renamed.await;
    let other_url = renamed.partner("T112").await;
    let token = &partner.token;
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = message.split_once('.').unwrap();
    let mut claims = part(token, 1);
    claims["scope"] = json!("admin:accounts admin:billing");
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut none = part(token, 0);
    none["alg"] = json!("none");
    let mut typ = part(token, 0);
    typ["typ"] = json!("JWT");

    assert_refused(&partner, &twin.token, "another installation").await;
    assert_refused(&partner, &other_url.token, "another public URL").await;
    for (about, forged) in [
        (
            "other claims",
            format!("{header}.{}.{signature}", encode(&claims)),
        ),
        (
            "alg none",
            format!("{}.{}.", encode(&none), encode(&claims)),
        ),
        (
            "alg none, signed",
            format!("{}.{}.{signature}", encode(&none), encode(&claims)),
        ),
        (
            "another typ",
            format!("{}.{}.{signature}", encode(&typ), encode(&part(token, 1))),
        ),
        ("no signature", format!("{message}.")),
        (
            "a signature cut",
            format!("{message}.{}", &signature[..signature.len() - 4]),
        ),
        ("two parts", message.to_owned()),
        ("four parts", format!("{token}.x")),
        ("garbage", "garbage".to_owned()),
    ] {
        assert_refused(&partner, &forged, about).await;
    }
    partner.get("/log").await.assert_ok();
}

#[tokio::test]
async fn a_missing_token_names_no_error() {
    let app = TestApp::start().await;
    app.partner("T112").await;
    for call in [
        app.get("/v1/accounts/T112/log"),
        app.get("/v1/accounts/T112/log")
            .header("authorization", "Basic YTpi"),
    ] {
        let response = call.await;
        response.assert_error(401, "UNAUTHORIZED");
        response.assert_header("www-authenticate", "Bearer realm=\"kobling\"");
    }
}
