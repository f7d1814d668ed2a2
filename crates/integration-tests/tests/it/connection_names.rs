//! The names that a connection can have, the deprecated one among them.

use domain::connections::ACCEPTED_NAMES;

use crate::support::TestApp;

#[tokio::test]
async fn every_accepted_name_takes_events() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let published = [
        "instabank",
        "vipps",
        "payex.creditcard",
        "payex",
        "collector",
        "swish",
        "bambora",
        "klarna",
        "two",
        "vipps-psp",
        "kravia",
        "mastercard-tokenization",
        "visa-tokenization",
        "seitatech",
    ];
    assert_eq!(published, ACCEPTED_NAMES);

    for name in published {
        let connection = account.connection(name);
        connection.record("pending", "started").await.assert_ok();
        connection.read().await.assert_ok();
        connection.events("").await.assert_ok();
    }

    let connections = account.connections().await.assert_ok().json();
    let mut names: Vec<&str> = published
        .into_iter()
        .filter(|name| !name.contains('.'))
        .collect();
    names.sort_unstable();
    let mut found: Vec<&String> = connections.as_object().unwrap().keys().collect();
    found.sort();
    assert_eq!(found, names, "payex.creditcard is payex");
}

#[tokio::test]
async fn a_signup_form_is_refused_with_a_hint() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;

    for name in ["common", "swish-payfac"] {
        let form = account.connection(name);
        for response in [
            form.record("pending", "e").await,
            form.read().await,
            form.events("").await,
        ] {
            response.assert_error(400, "INVALID_REQUEST_PARAMETER");
            response.assert_problem("parameter", "connection", "not_allowed");
            let message = response.text_at("/error/message");
            assert!(message.contains("signup form"), "{message}");
        }
    }
}

#[tokio::test]
async fn an_unknown_name_is_refused_with_the_list() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;

    for name in [
        "santander",
        "Vipps",
        "payex.invoice",
        "vipps%20",
        "%E2%82%AC",
    ] {
        let response = account.connection(name).record("pending", "e").await;
        response.assert_error(400, "INVALID_REQUEST_PARAMETER");
        response.assert_problem("parameter", "connection", "not_allowed");
        let message = response.text_at("/error/message");
        for allowed in ACCEPTED_NAMES {
            assert!(message.contains(allowed), "{message}");
        }
    }
}

#[tokio::test]
async fn the_deprecated_name_is_the_same_record_and_says_so() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let (old, new) = (
        account.connection("payex.creditcard"),
        account.connection("payex"),
    );

    let by_old = old.record("pending", "by the old name").await;
    let by_new = new.record("enabled", "by the new name").await;

    by_old.assert_ok().assert_header("etag", "\"1\"");
    by_new.assert_ok().assert_header("etag", "\"2\"");
    assert_eq!(by_new.header("deprecation"), None);
    assert_eq!(by_new.header("link"), None);
    assert_eq!(old.read().await.text(), new.read().await.text());
    assert_eq!(old.history().await, new.history().await);
    for (response, path) in [
        (by_old, format!("{}/events", new.path())),
        (old.read().await, new.path()),
        (old.events("").await, format!("{}/events", new.path())),
    ] {
        response.assert_header("deprecation", "@1778544000");
        let link = format!("<{path}>; rel=\"successor-version\"");
        response.assert_header("link", &link);
    }
}

#[tokio::test]
async fn the_deprecated_name_may_be_written_with_escapes() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;

    let response = account
        .connection("payex%2Ecreditcard")
        .record("pending", "e")
        .await;

    let path = account.connection("payex").path();
    let link = format!("<{path}/events>; rel=\"successor-version\"");
    response.assert_ok().assert_header("link", &link);
}

#[tokio::test]
async fn payex_stands_twice_in_an_account() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    account
        .connection("payex")
        .record("enabled", "approved")
        .await
        .assert_ok();
    account
        .connection("vipps")
        .record("pending", "started")
        .await
        .assert_ok();

    let connections = account.connections().await.assert_ok().json();

    let mut payex = connections["payex"].clone();
    let nested = payex.as_object_mut().unwrap().remove("creditcard").unwrap();
    assert_eq!(nested, payex);
    assert_eq!(payex, account.connection("payex").read().await.json());
    assert_eq!(connections["vipps"].get("creditcard"), None);
    let listed = partner.get("/management/accounts").await.list();
    let listed = &listed[0]["connections"]["payex"];
    assert_eq!(listed["creditcard"]["status"], "enabled");
    assert_eq!(listed.get("events"), None);
    assert_eq!(listed["creditcard"].get("events"), None);
}
