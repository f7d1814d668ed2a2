//! Clients: made, read, listed and deleted; a secret is shown once.

use serde_json::{Value, json};

use crate::support::{START, TestApp};

#[tokio::test]
async fn a_client_is_made_read_listed_and_deleted() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let wanted = json!({
        "name": "Webshop", "description": "An integration", "client_id": "ecom-123",
        "callbacks": ["https://a.example/back"], "id": "mine", "client_secret": "mine",
    });

    let made = partner.add_client(&wanted).await;

    let with_secret = made.assert_ok().json();
    made.assert_header("cache-control", "no-store");
    assert_eq!(with_secret["client_secret"].as_str().unwrap().len(), 43);
    let mut client = with_secret.clone();
    client.as_object_mut().unwrap().remove("client_secret");
    let expected = json!({
        "id": with_secret["id"], "created_at": START, "created_by": partner.client.id,
        "name": "Webshop", "description": "An integration", "client_id": "ecom-123",
        "callbacks": ["https://a.example/back"],
    });
    assert_eq!(client, expected);
    let path = format!("/auth/clients/{}", client["id"].as_str().unwrap());
    assert_eq!(partner.get(&path).await.assert_ok().json(), client);
    let listed = partner.get("/auth/clients").await.list();
    assert_eq!(listed.len(), 2);
    assert!(listed.contains(&client));
    let deleted = partner.delete(&path).await.assert_ok().json();
    assert_eq!(deleted["deleted_by"], *partner.client.id);
    assert_eq!(deleted["deleted_at"], START);
    assert_eq!(deleted["client_id"], "ecom-123");
    partner.get(&path).await.assert_error(404, "NOT FOUND");
    partner.delete(&path).await.assert_error(404, "NOT FOUND");
    assert_eq!(partner.get("/auth/clients").await.list().len(), 1);
}

#[tokio::test]
async fn a_client_needs_no_body() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let made = partner
        .call("POST", "/auth/clients")
        .await
        .assert_ok()
        .json();
    let mut members: Vec<&String> = made.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(
        members,
        [
            "client_id",
            "client_secret",
            "created_at",
            "created_by",
            "id"
        ]
    );
    assert_eq!(made["client_id"].as_str().unwrap().len(), 22);
}

#[tokio::test]
async fn a_client_id_is_unique_within_the_partner() {
    let app = TestApp::start().await;
    let (partner, foreign) = (app.partner("T112").await, app.partner("T113").await);
    let account = partner.account().await;
    let wanted = json!({"client_id": "shop"});
    let id = partner.add_client(&wanted).await.assert_ok().text_at("/id");

    partner
        .add_client(&wanted)
        .await
        .assert_error(409, "CLIENT_ID_TAKEN");
    let path = format!("/v1/accounts/{}/auth/clients", account.id);
    let call = app
        .post(&path)
        .token(&partner.token)
        .json(wanted.to_string());
    call.await.assert_error(409, "CLIENT_ID_TAKEN");
    foreign.add_client(&wanted).await.assert_ok();
    partner
        .delete(&format!("/auth/clients/{id}"))
        .await
        .assert_ok();
    partner.add_client(&wanted).await.assert_ok();
}

#[tokio::test]
async fn a_client_is_seen_only_under_its_own_account() {
    let app = TestApp::start().await;
    let (partner, foreign) = (app.partner("T112").await, app.partner("T113").await);
    let account = partner.account().await;
    let client = partner.client_of(&account.id, &["read:accounts"]).await;
    let at = |method: &str, owner: &str, token: &str| {
        app.call(
            method,
            &format!("/v1/accounts/{owner}/auth/clients/{}", client.id),
        )
        .token(token)
    };

    at("GET", &account.id, &partner.token).await.assert_ok();
    for method in ["GET", "DELETE"] {
        at(method, "T112", &partner.token)
            .await
            .assert_error(404, "NOT FOUND");
        at(method, &account.id, &foreign.token)
            .await
            .assert_error(403, "FORBIDDEN");
        at(method, "T113", &foreign.token)
            .await
            .assert_error(404, "NOT FOUND");
    }
    for id in ["nobody", "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10"] {
        partner
            .get(&format!("/auth/clients/{id}"))
            .await
            .assert_error(404, "NOT FOUND");
    }
    let listed = partner.get("/auth/clients").await.list();
    assert!(!listed.iter().any(|found| found["id"] == *client.id));
}

#[tokio::test]
async fn a_secret_is_nowhere_but_in_the_answer_that_made_it() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&["read:accounts"]).await;
    let path = format!("/auth/clients/{}", client.id);
    let answers: Vec<Value> = vec![
        partner.get(&path).await.json(),
        partner.get("/auth/clients").await.json(),
        partner.get("/auth/client-grants").await.json(),
        partner.get("/log?limit=1000").await.json(),
        partner.delete(&path).await.json(),
    ];
    let told = Value::Array(answers).to_string();
    // What is stored is found where it is looked for.
    assert!(app.database().has_text(&partner.client.client_id).await);

    for secret in [&client.client_secret, &partner.client.client_secret] {
        assert!(!told.contains(secret.as_str()));
        let is_stored = app.database().has_text(secret).await;
        assert!(!is_stored, "a secret stands in the database");
    }
}

#[tokio::test]
async fn a_deleted_client_gets_no_token_and_its_grants_are_gone() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&["read:accounts"]).await;
    client.token(&app).await;

    partner
        .delete(&format!("/auth/clients/{}", client.id))
        .await
        .assert_ok();

    client
        .ask(&app, "T11200000")
        .await
        .assert_error(401, "INVALID_CLIENT");
    let grants = partner.get("/auth/client-grants").await.list();
    assert!(!grants.iter().any(|grant| grant["client_id"] == *client.id));
}

#[tokio::test]
async fn bootstrap_again_makes_a_further_client_and_resets_nothing() {
    let app = TestApp::start().await;
    let first = app.partner("T112").await;
    let second = app.partner("T112").await;

    assert_ne!(first.client.client_id, second.client.client_id);
    first.client.token(&app).await;
    first.get("/log").await.assert_ok();
    second
        .delete(&format!("/auth/clients/{}", first.client.id))
        .await
        .assert_ok();
    first.get("/log").await.assert_error(401, "UNAUTHORIZED");
    assert_eq!(
        second.get("/auth/clients").await.list()[0]["created_by"],
        "bootstrap"
    );
}
