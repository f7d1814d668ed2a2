//! What is allowed or forbidden through one node is so on the others.

use std::time::{Duration, Instant};

use crate::support::{Partner, TestApp};

#[tokio::test]
async fn a_client_of_one_node_gets_a_token_on_the_other() {
    let a = TestApp::start_on_postgres().await;
    let b = a.beside().await;
    let here = a.partner("T112").await;
    let client = here.client(&["admin:accounts"]).await;

    let token = client.token(&b).await;

    for node in [&a, &b] {
        let listed = here.at(node).with_token(&token);
        listed.get("/management/accounts").await.assert_ok();
    }
}

#[tokio::test]
async fn what_one_node_acknowledges_the_other_answers_at_once() {
    let a = TestApp::start_on_postgres().await;
    let b = a.beside().await;
    let here = a.partner("T112").await;
    let account = here.account().await;
    let there = here.at(&b).account_named(&account.id);
    let nodes = [account.connection("vipps"), there.connection("vipps")];
    there.read().await.assert_ok();

    for number in 1..=50 {
        let (writer, reader) = (&nodes[number % 2], &nodes[1 - number % 2]);
        let event = format!("event {number}");
        let recorded = writer.record("pending", &event).await;
        let etag = format!("\"{number}\"");
        recorded.assert_ok().assert_header("etag", &etag);

        let read = reader.read().await;
        read.assert_ok().assert_header("etag", &etag);
        let read = read.json();
        let newest = read["events"].as_array().unwrap().last();
        assert_eq!(newest.unwrap()["event"], event);
        assert_eq!(reader.history().await.len(), number);
    }
    assert_eq!(here.at(&b).log().await, here.log().await);
}

#[tokio::test]
async fn a_client_deleted_on_one_node_ends_on_the_other() {
    let a = TestApp::start_on_postgres().await;
    let b = a.beside().await;
    let here = a.partner("T112").await;
    let account = here.account().await;
    let client = here.client(&["admin:accounts"]).await;
    let token = client.token(&b).await;
    let there: Partner<'_> = here.at(&b).with_token(&token);
    let vipps = there.connection_of(&account.id);
    vipps.record("pending", "still allowed").await.assert_ok();
    vipps.read().await.assert_ok();

    here.delete(&format!("/auth/clients/{}", client.id))
        .await
        .assert_ok();

    let written = vipps.record("pending", "too late").await;
    written.assert_error(401, "UNAUTHORIZED");
    assert_eq!(here.connection_of(&account.id).history().await.len(), 1);
}

/// A node that only reads must find out by itself.
#[tokio::test]
async fn a_node_that_only_reads_refuses_within_a_second() {
    let a = TestApp::start_on_postgres().await;
    let b = a.beside().await;
    let here = a.partner("T112").await;
    let account = here.account().await;
    let client = here.client(&["admin:accounts"]).await;
    let token = client.token(&b).await;
    let there: Partner<'_> = here.at(&b).with_token(&token);
    let there = there.account_named(&account.id);
    there.read().await.assert_ok();

    here.delete(&format!("/auth/clients/{}", client.id))
        .await
        .assert_ok();

    let deleted = Instant::now();
    loop {
        let sent_after = deleted.elapsed();
        let read = there.read().await;
        if read.status == 401 {
            return;
        }
        read.assert_ok();
        assert!(sent_after < Duration::from_secs(1), "{sent_after:?}");
    }
}

#[tokio::test]
async fn a_token_of_a_node_with_another_public_url_is_refused() {
    let a = TestApp::start_on_postgres().await;
    let b = a
        .beside_with(|settings| settings.public_url = "https://elsewhere.test".to_owned())
        .await;
    let here = a.partner("T112").await;
    here.get("/log").await.assert_ok();

    let refused = here.at(&b).get("/log").await;

    refused.assert_error(401, "UNAUTHORIZED");
    let message = refused.text_at("/error/message");
    assert!(message.contains("issued by another issuer"), "{message}");
    let of_b = here.client.token(&b).await;
    here.at(&b).with_token(&of_b).get("/log").await.assert_ok();
    here.with_token(&of_b)
        .get("/log")
        .await
        .assert_error(401, "UNAUTHORIZED");
}
