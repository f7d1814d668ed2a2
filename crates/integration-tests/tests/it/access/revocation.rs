//! How access ends: at once in a write, within a second in a read, whoever ended it.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Call, Response, TestApp};

/// Repeats a read until it is answered otherwise than at first; none of those sent after a second may succeed.
async fn read_until_refused(call: impl Fn() -> Call) -> Response {
    let began = Instant::now();
    loop {
        let sent_after = began.elapsed();
        let response = call().await;
        if response.status != 200 {
            return response;
        }
        assert!(
            sent_after < Duration::from_secs(1),
            "still believed after {sent_after:?}"
        );
    }
}

#[tokio::test]
async fn the_token_of_a_deleted_client_ends() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&["admin:accounts"]).await;
    let token = client.token(&app).await;
    let vipps = partner
        .account()
        .await
        .with_token(&token)
        .connection("vipps");
    vipps.record("pending", "e").await.assert_ok();

    partner
        .delete(&format!("/auth/clients/{}", client.id))
        .await
        .assert_ok();

    let refused = vipps.record("pending", "e").await;
    refused.assert_error(401, "UNAUTHORIZED");
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .contains("invalid_token")
    );
    read_until_refused(|| vipps.read())
        .await
        .assert_error(401, "UNAUTHORIZED");
    vipps
        .record("pending", "e")
        .await
        .assert_error(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn a_revoked_grant_narrows_a_remembered_token() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&["read:accounts"]).await;
    let grant = partner
        .add_grant(&client, "T11200000", &["write:accounts"])
        .await;
    let grant = grant.assert_ok().text_at("/id");
    let token = client.token(&app).await;
    let vipps = partner
        .account()
        .await
        .with_token(&token)
        .connection("vipps");
    vipps.record("pending", "e").await.assert_ok();

    partner
        .delete(&format!("/auth/client-grants/{grant}"))
        .await
        .assert_ok();

    vipps
        .record("pending", "e")
        .await
        .assert_error(403, "FORBIDDEN");
    vipps.read().await.assert_ok();
    let rest = partner
        .get(&format!("/auth/client-grants?client_id={}", client.id))
        .await
        .list();
    let path = format!("/auth/client-grants/{}", rest[0]["id"].as_str().unwrap());
    partner.delete(&path).await.assert_ok();
    vipps
        .record("pending", "e")
        .await
        .assert_error(401, "UNAUTHORIZED");
    read_until_refused(|| vipps.read())
        .await
        .assert_error(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn a_new_grant_adds_nothing_to_an_older_token() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&["read:accounts"]).await;
    let token = client.token(&app).await;
    let account = partner.account().await;
    let vipps = account.with_token(&token).connection("vipps");
    vipps
        .record("pending", "e")
        .await
        .assert_error(403, "FORBIDDEN");

    partner
        .add_grant(&client, "T11200000", &["write:accounts"])
        .await
        .assert_ok();

    vipps
        .record("pending", "e")
        .await
        .assert_error(403, "FORBIDDEN");
    let token = client.token(&app).await;
    account
        .with_token(&token)
        .connection("vipps")
        .record("pending", "e")
        .await
        .assert_ok();
}

#[tokio::test]
async fn what_another_process_makes_is_good_here() {
    let here = TestApp::start().await;
    let there = here.beside().await;
    let partner = here.partner("T112").await;
    let account = partner.account().await;

    let bootstrapped = there.partner("T112").await;
    let made = there
        .post("/v1/accounts/T112/auth/clients")
        .token(&partner.token)
        .json("{}");
    let made = crate::support::Client::of("T11200000", &made.await.assert_ok().json());
    let body = json!({"client_id": made.id, "audience": "http://a/v1/accounts/T11200000", "scope": ["write:accounts"]});
    let grant = there
        .post("/v1/accounts/T112/auth/client-grants")
        .token(&partner.token);
    grant.json(body.to_string()).await.assert_ok();

    for client in [bootstrapped.client, made] {
        let token = until_granted(|| client.ask(&here, "T11200000")).await;
        let vipps = account.with_token(&token).connection("vipps");
        vipps.record("pending", "e").await.assert_ok();
    }
    let elsewhere = there
        .get(&account.connection("vipps").path())
        .token(&partner.token)
        .await;
    assert_eq!(elsewhere.assert_ok().json()["version"], 2);
}

/// What is remembered of a client may be a second old, so a grant made elsewhere may be seen that much later.
async fn until_granted(call: impl Fn() -> Call) -> String {
    let began = Instant::now();
    loop {
        let sent_after = began.elapsed();
        let response = call().await;
        if response.status == 200 {
            return response.text_at("/access_token");
        }
        response.assert_error(403, "NO_GRANT");
        assert!(
            sent_after < Duration::from_secs(1),
            "not seen after {sent_after:?}"
        );
    }
}

#[tokio::test]
async fn what_another_process_deletes_is_refused_here() {
    let here = TestApp::start().await;
    let there = here.beside().await;
    let partner = here.partner("T112").await;
    let client = partner.client(&["admin:accounts"]).await;
    let token = client.token(&here).await;
    let vipps = partner
        .account()
        .await
        .with_token(&token)
        .connection("vipps");
    vipps.record("pending", "e").await.assert_ok();
    vipps.read().await.assert_ok();

    let path = format!("/v1/accounts/T112/auth/clients/{}", client.id);
    there
        .call("DELETE", &path)
        .token(&partner.token)
        .await
        .assert_ok();

    vipps
        .record("pending", "e")
        .await
        .assert_error(401, "UNAUTHORIZED");
    read_until_refused(|| vipps.read())
        .await
        .assert_error(401, "UNAUTHORIZED");
    let events = partner
        .account_named(&vipps.account.id)
        .connection("vipps")
        .history()
        .await;
    assert_eq!(events.len(), 1);
}

#[tokio::test]
async fn reads_here_notice_a_deletion_elsewhere_within_a_second() {
    let here = TestApp::start().await;
    let there = here.beside().await;
    let partner = here.partner("T112").await;
    let client = partner.client(&["admin:accounts"]).await;
    let token = client.token(&here).await;
    let reader = partner.with_token(&token);
    reader.get("/log").await.assert_ok();

    let path = format!("/v1/accounts/T112/auth/clients/{}", client.id);
    there
        .call("DELETE", &path)
        .token(&partner.token)
        .await
        .assert_ok();

    read_until_refused(|| reader.get("/log?limit=1"))
        .await
        .assert_error(401, "UNAUTHORIZED");
    let asked = read_until_refused(|| client.ask(&here, "T11200000")).await;
    asked.assert_error(401, "INVALID_CLIENT");
}
