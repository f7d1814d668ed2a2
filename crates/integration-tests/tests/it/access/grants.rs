//! Grants: nobody gives what they do not hold, or where they may not act.

use serde_json::json;

use crate::support::{TestApp, audience};

#[tokio::test]
async fn a_grant_is_made_listed_and_taken_back() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&[]).await;
    let wanted = json!({"client_id": client.id, "audience": "https://x@host.example:1/v1/accounts/T11200000",
                        "scope": ["read:accounts", "admin:hooks", "read:accounts"]});

    app.clock.advance(std::time::Duration::from_millis(1));
    let made = partner
        .call("POST", "/auth/client-grants")
        .json(wanted.to_string())
        .await;

    let grant = made.assert_ok().json();
    let expected = json!({
        "id": grant["id"], "created_at": "2026-05-12T08:30:00.001Z", "created_by": partner.client.id,
        "client_id": client.id, "audience": "https://x@host.example:1/v1/accounts/T11200000",
        "scope": ["read:accounts", "admin:hooks"], "type": "any",
    });
    assert_eq!(grant, expected);
    let all = partner.get("/auth/client-grants").await.list();
    assert_eq!(all.len(), 2);
    assert_eq!(all[1], grant);
    for (query, count) in [
        (format!("client_id={}", client.id), 1),
        ("client_id=nobody".to_owned(), 0),
        (format!("audience={}", audience("T11200000")), 2),
        (format!("audience={}", audience("T11200001")), 0),
        ("audience=me".to_owned(), 0),
        (
            format!(
                "client_id={}&audience=http://a/v1/accounts/T11200000",
                client.id
            ),
            1,
        ),
    ] {
        let listed = partner
            .get(&format!("/auth/client-grants?{query}"))
            .await
            .list();
        assert_eq!(listed.len(), count, "{query}");
    }
    let path = format!("/auth/client-grants/{}", grant["id"].as_str().unwrap());
    let deleted = partner.delete(&path).await.assert_ok().json();
    assert_eq!(deleted["deleted_by"], *partner.client.id);
    assert_eq!(deleted["scope"], grant["scope"]);
    partner.delete(&path).await.assert_error(404, "NOT FOUND");
    client
        .ask(&app, "T11200000")
        .await
        .assert_error(403, "NO_GRANT");
}

#[tokio::test]
async fn nobody_grants_what_they_do_not_hold() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let limited = partner
        .client(&["admin:accounts", "read:hooks"])
        .await
        .token(&app)
        .await;
    let limited = partner.with_token(&limited);
    let client = partner.client(&[]).await;

    for scope in [
        "admin:hooks",
        "write:hooks",
        "read:billing",
        "user:customers",
        "openid",
    ] {
        let response = limited
            .add_grant(&client, "T11200000", &["read:hooks", scope])
            .await;
        response.assert_error(403, "FORBIDDEN");
        let message = response.text_at("/error/message");
        assert!(
            message.contains(scope) && !message.contains("read:hooks "),
            "{message}"
        );
    }
    for scope in [
        "read:hooks",
        "admin:accounts",
        "write:accounts:/auth/users",
        "create:account",
    ] {
        limited
            .add_grant(&client, "T11200000", &[scope])
            .await
            .assert_ok();
    }
}

#[tokio::test]
async fn an_audience_is_an_account_that_the_caller_may_act_on() {
    let app = TestApp::start().await;
    let (partner, foreign) = (app.partner("T112").await, app.partner("T113").await);
    let (account, other) = (partner.account().await, partner.account().await);
    let merchant = partner.client_of(&account.id, &["admin:accounts"]).await;
    let merchant_token = merchant.token(&app).await;
    let by_merchant = partner.with_token(&merchant_token);

    partner
        .add_grant(&merchant, &other.id, &["read:accounts"])
        .await
        .assert_ok();
    partner
        .add_grant(&merchant, "T11299999", &["read:accounts"])
        .await
        .assert_error(404, "NOT FOUND");
    partner
        .add_grant(&merchant, "T11300000", &["read:accounts"])
        .await
        .assert_error(403, "FORBIDDEN");
    partner
        .add_grant(&merchant, "P11200000", &["read:accounts"])
        .await
        .assert_error(403, "FORBIDDEN");
    by_merchant
        .add_grant(&merchant, &account.id, &["read:accounts"])
        .await
        .assert_ok();
    for audience in ["T11200000", &other.id, "T11300000"] {
        let response = by_merchant
            .add_grant(&merchant, audience, &["read:accounts"])
            .await;
        response.assert_error(403, "FORBIDDEN");
    }
    let by_foreign = foreign
        .add_grant(&merchant, "T11300000", &["read:accounts"])
        .await;
    by_foreign.assert_error(403, "FORBIDDEN");
    let token = merchant.token_for(&app, &other.id).await;
    other.as_itself(&token).read().await.assert_ok();
}

#[tokio::test]
async fn a_grant_is_for_a_client_of_the_same_account() {
    let app = TestApp::start().await;
    let (partner, foreign) = (app.partner("T112").await, app.partner("T113").await);
    let account = partner.account().await;
    let client = partner.client_of(&account.id, &[]).await;
    for id in [&client.id, &foreign.client.id] {
        let body =
            json!({"client_id": id, "audience": audience("T11200000"), "scope": ["read:accounts"]});
        let call = partner
            .call("POST", "/auth/client-grants")
            .json(body.to_string());
        call.await.assert_error(404, "NOT FOUND");
    }
}

#[tokio::test]
async fn old_spellings_are_answered_in_the_present_one() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&[]).await;
    let old = [
        "receipts:write",
        "checkout:admin",
        "accounts:auth:users",
        "admin:account",
    ];

    let grant = partner
        .add_grant(&client, "T11200000", &old)
        .await
        .assert_ok()
        .json();

    let mut scopes: Vec<&str> = grant["scope"]
        .as_array()
        .unwrap()
        .iter()
        .map(|scope| scope.as_str().unwrap())
        .collect();
    scopes.sort_unstable();
    assert_eq!(
        scopes,
        [
            "admin:accounts",
            "admin:checkout",
            "write:accounts:/auth/users",
            "write:receipts"
        ]
    );
}

#[tokio::test]
async fn a_token_holds_the_union_of_the_grants_that_serve_it() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&["read:accounts"]).await;
    partner
        .add_grant(&client, "T11200000", &["read:hooks"])
        .await
        .assert_ok();
    for (kind, scope) in [
        ("password", "admin:accounts"),
        ("client_credentials", "read:billing"),
    ] {
        let body = json!({"client_id": client.id, "audience": audience("T11200000"), "scope": [scope], "type": kind});
        let call = partner
            .call("POST", "/auth/client-grants")
            .json(body.to_string());
        call.await.assert_ok();
    }
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        client.client_id, client.client_secret
    );

    let response = app.post("/v1/accounts/T112/auth/token").form(form).await;

    assert_eq!(
        response.assert_ok().text_at("/scope"),
        "read:accounts read:billing read:hooks"
    );
}

#[tokio::test]
async fn a_client_has_a_hundred_grants_at_most() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&[]).await;
    for _ in 0..100 {
        partner
            .add_grant(&client, "T11200000", &["read:hooks"])
            .await
            .assert_ok();
    }

    let response = partner
        .add_grant(&client, "T11200000", &["read:hooks"])
        .await;

    response.assert_error(400, "INVALID_REQUEST_PARAMETER");
    response.assert_problem("pointer", "/client_id", "too_many_items");
}

#[tokio::test]
async fn an_outside_identity_server_is_refused_and_not_ignored() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&[]).await;
    let wanted = json!({"client_id": client.id, "audience": audience("T11200000"), "scope": ["read:accounts"],
                        "oidc": {"client_id": "a", "client_secret": "b", "authority": "https://id.example"}});

    let refused = partner
        .call("POST", "/auth/client-grants")
        .json(wanted.to_string())
        .await;

    refused.assert_error(400, "INVALID_REQUEST_PARAMETER");
    assert_eq!(refused.json()["error"]["errors"][0]["pointer"], "/oidc");
    assert_eq!(partner.get("/auth/client-grants").await.list().len(), 1);
}
