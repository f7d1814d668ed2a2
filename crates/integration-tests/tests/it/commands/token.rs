//! `kobling token`.

use serde_json::Value;

use super::program::{Installation, token_url};

#[tokio::test]
async fn a_token_comes_from_a_file_standard_input_or_flags() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let url = token_url(&server, &client);
    let text = |name: &str| client[name].as_str().unwrap();
    let mut here_client = client.clone();
    here_client["token_url"] = url.clone().into();
    let printed = here_client.to_string();
    std::fs::write(here.path("client.json"), &printed).unwrap();
    std::fs::write(here.path("secret"), format!("{}\n", text("client_secret"))).unwrap();
    let flags = [
        "token",
        "--token-url",
        &url,
        "--client-id",
        text("client_id"),
        "--audience",
        text("audience"),
    ];
    let with_file = [&flags[..], &["--client-secret-file", "secret"]].concat();
    let by_environment = here
        .command(&flags)
        .env("KOBLING_CLIENT_SECRET", text("client_secret"))
        .output()
        .await
        .unwrap();
    let tokens = [
        here.run(&["token", "client.json"]).await.assert_ok().out,
        here.run_with_input(&["token"], &printed)
            .await
            .assert_ok()
            .out,
        here.run_with_input(&["token", "-"], &printed)
            .await
            .assert_ok()
            .out,
        here.run(&with_file).await.assert_ok().out,
        String::from_utf8(by_environment.stdout).unwrap(),
    ];

    for token in &tokens {
        let token = token.strip_suffix('\n').unwrap();
        assert_eq!(token.split('.').count(), 3, "{token}");
        let log = format!("http://{}/v1/accounts/T112/log", server.address);
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let response = http.get(log).bearer_auth(token).send().await.unwrap();
        assert_eq!(response.status(), 200);
    }
    // One in so many begins like a flag.
    let flags_with = |id| [&flags[..4], &[id], &flags[5..]].concat();
    let other = [&flags_with("-S1")[..], &["--client-secret-file", "secret"]].concat();
    here.run(&other).await.assert_failed(1, "401");
    let whole = here.run(&["token", "client.json", "--json"]).await;
    let whole: Value = whole.assert_ok().json();
    assert_eq!(whole["token_type"], "Bearer");
    assert_eq!(whole["expires_in"], 14_400);
    assert!(whole["access_token"].is_string());
}

#[tokio::test]
async fn what_the_service_says_is_shown_whole() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let url = token_url(&server, &client);
    let ask = async |change: &dyn Fn(&mut Value)| {
        let mut changed = client.clone();
        changed["token_url"] = url.clone().into();
        change(&mut changed);
        here.run_with_input(&["token"], &changed.to_string()).await
    };

    let wrong = ask(&|client| client["client_secret"] = "wrong".into()).await;
    wrong.assert_failed(1, "refused with 401 Unauthorized: INVALID_CLIENT");
    let secret = client["client_secret"].as_str().unwrap();
    assert!(!wrong.err.contains(secret), "{wrong:?}");
    let nowhere = ask(&|client| client["audience"] = "nowhere".into()).await;
    nowhere.assert_failed(
        1,
        "/audience: audience is \"nowhere\"; it must be the address of an account",
    );
    let page = format!("http://{}/docs", server.address);
    let elsewhere = ask(&|client| client["token_url"] = page.clone().into()).await;
    elsewhere.assert_failed(1, "METHOD_NOT_ALLOWED");
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named() {
    let here = Installation::empty().await;
    let missing = here
        .run_with_input(&["token"], r#"{"client_id": "a"}"#)
        .await;
    missing.assert_failed(
        2,
        "missing: token_url (--token-url), client_secret (--client-secret-file or KOBLING_CLIENT_SECRET), \
         audience (--audience)",
    );
    let text = here.run_with_input(&["token"], "hello").await;
    text.assert_failed(2, "that is not what kobling bootstrap --json prints");
    let file = here.run(&["token", "missing.json"]).await;
    file.assert_failed(1, "missing.json: No such file");
    let given =
        r#"{"token_url": "ftp://a", "client_id": "a", "client_secret": "s", "audience": "b"}"#;
    let scheme = here.run_with_input(&["token"], given).await;
    scheme.assert_failed(2, "must begin with https:// or http://");
    // Port 1 of the machine itself: nobody listens there.
    let given = given.replace("ftp://a", "http://127.0.0.1:1/");
    let refused = here.run_with_input(&["token"], &given).await;
    refused.assert_failed(1, "Connection refused");
}
