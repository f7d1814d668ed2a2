//! Tokens as RFC 6749 section 4.4 has them, and errors as its section 5.2 has them.

use crate::support::{Call, Client, PUBLIC_URL, TestApp};

fn at<'a>(app: &'a TestApp) -> impl Fn(&str) -> Call + 'a {
    |form| app.post("/v1/accounts/T11200000/auth/token").form(form)
}

fn in_form(client: &Client) -> String {
    let Client {
        client_id,
        client_secret,
        ..
    } = client;
    format!("grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}")
}

const GRANT: &str = "grant_type=client_credentials";
const AUDIENCE: &str = "&audience=https%3A%2F%2Fapi.dintero.com%2Fv1%2Faccounts%2FT11200000";

#[tokio::test]
async fn a_client_shows_itself_in_the_header_or_in_the_form() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&["write:accounts", "read:hooks"]).await;
    let ask = at(&app);
    let by_header =
        ask(&format!("{GRANT}{AUDIENCE}")).basic(&client.client_id, &client.client_secret);

    for call in [by_header, ask(&format!("{}{AUDIENCE}", in_form(&client)))] {
        let response = call.await;
        let answer = response.assert_ok().json();
        assert_eq!(answer["token_type"], "Bearer");
        assert_eq!(answer["expires_in"], 14_400);
        assert_eq!(answer["scope"], "write:accounts read:hooks");
        response.assert_header("cache-control", "no-store");
        response.assert_header("pragma", "no-cache");
        let account = partner
            .account_named("T11200000")
            .with_token(&response.text_at("/access_token"));
        account
            .connection("vipps")
            .record("pending", "e")
            .await
            .assert_ok();
    }
}

#[tokio::test]
async fn an_audience_left_out_is_the_account_of_the_path() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let client = partner.client_of(&account.id, &["read:accounts"]).await;
    let form = in_form(&client);

    let call = app
        .post(&format!("/v1/accounts/{}/auth/token", account.id))
        .form(form.clone());
    let token = call.await.assert_ok().text_at("/access_token");

    account.as_itself(&token).read().await.assert_ok();
    at(&app)(&form)
        .await
        .assert_oauth_error(400, "invalid_target");
}

#[tokio::test]
async fn resource_is_another_word_for_audience() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let client = partner.client_of(&account.id, &["read:accounts"]).await;
    let resource = format!("{PUBLIC_URL}/v1/accounts/{}", account.id).replace(':', "%3A");
    let form = format!("{}&resource={resource}", in_form(&client));
    let path = format!("/v1/accounts/{}/auth/token", account.id);
    let token = app
        .post(&path)
        .form(form)
        .await
        .assert_ok()
        .text_at("/access_token");
    account.as_itself(&token).read().await.assert_ok();
}

#[tokio::test]
async fn scope_narrows() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&["admin:accounts", "read:hooks"]).await;
    let ask = |scope: &str| at(&app)(&format!("{}&scope={scope}", in_form(&client)));

    let response = ask("read:accounts").await;

    assert_eq!(response.assert_ok().text_at("/scope"), "read:accounts");
    let narrowed = partner.with_token(&response.text_at("/access_token"));
    narrowed.get("/log").await.assert_ok();
    let vipps = narrowed.account_named("T11200000").connection("vipps");
    vipps
        .record("pending", "e")
        .await
        .assert_error(403, "FORBIDDEN");
    ask("read:hooks+write:accounts").await.assert_ok();
    assert_eq!(
        ask("accounts:write").await.assert_ok().text_at("/scope"),
        "write:accounts"
    );
    ask("").await.assert_ok();
    ask("read:accounts+admin:billing")
        .await
        .assert_oauth_error(400, "invalid_scope");
    ask("no:such")
        .await
        .assert_oauth_error(400, "invalid_scope");
}

#[tokio::test]
async fn each_refusal_has_its_word() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let client = partner.client(&["read:accounts"]).await;
    let form = in_form(&client);
    let ask = at(&app);
    let with = |more: &str| ask(&format!("{form}{more}"));

    ask("grant_type=password")
        .await
        .assert_oauth_error(400, "unsupported_grant_type");
    let elsewhere = format!("&audience=https://a/v1/accounts/{}", account.id);
    with(&elsewhere)
        .await
        .assert_oauth_error(400, "invalid_target");
    with("&audience=me")
        .await
        .assert_oauth_error(400, "invalid_target");
    for (about, call) in [
        ("no grant_type", ask("client_id=a&client_secret=b")),
        (
            "an empty grant_type",
            ask("grant_type=&client_id=a&client_secret=b"),
        ),
        ("a parameter twice", with("&client_id=a")),
        (
            "scope twice",
            with("&scope=read:accounts&scope=read:accounts"),
        ),
        ("an unknown parameter twice", with("&x=1&x=1")),
        (
            "two ways at once",
            with("").basic(&client.client_id, &client.client_secret),
        ),
        (
            "a secret beside the header",
            ask(&format!("{GRANT}&client_secret=s"))
                .basic(&client.client_id, &client.client_secret),
        ),
        (
            "another client beside the header",
            ask(&format!("{GRANT}&client_id=another"))
                .basic(&client.client_id, &client.client_secret),
        ),
        (
            "two words for the audience",
            with(&format!(
                "{AUDIENCE}&resource=https://a/v1/accounts/T11200000"
            )),
        ),
        ("no form at all", ask("")),
        (
            "no UTF-8",
            app.post("/v1/accounts/T11200000/auth/token")
                .form(b"grant_type=\xff".to_vec()),
        ),
    ] {
        let response = call.await;
        assert_eq!(response.status, 400, "{about}: {response}");
        response.assert_oauth_error(400, "invalid_request");
    }
    let large = "x".repeat(65_537);
    with(&format!("&x={large}"))
        .await
        .assert_oauth_error(413, "invalid_request");
}

#[tokio::test]
async fn wrong_credentials_are_invalid_client() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let foreign = app.partner("T113").await.client;
    let client = &partner.client;
    let ask = at(&app);
    for call in [
        ask(GRANT),
        ask(&format!("{GRANT}&client_id={}", client.client_id)),
        ask(&format!(
            "{GRANT}&client_id={}&client_secret=wrong",
            client.client_id
        )),
        ask(&format!(
            "{GRANT}&client_id=nobody&client_secret={}",
            client.client_secret
        )),
        ask(&in_form(&foreign)),
        ask(GRANT).basic(&client.client_id, "wrong"),
        ask(GRANT).header("authorization", "Basic ****"),
    ] {
        let response = call.await;
        response.assert_oauth_error(401, "invalid_client");
        response.assert_header(
            "www-authenticate",
            "Basic realm=\"kobling\", charset=\"UTF-8\"",
        );
    }
}

#[tokio::test]
async fn a_form_error_has_its_shape_whatever_is_asked_for() {
    let app = TestApp::start().await;
    app.partner("T112").await;
    let call = at(&app)("grant_type=password").header("accept", "application/problem+json");
    call.await.assert_oauth_error(400, "unsupported_grant_type");
}

#[tokio::test]
async fn a_long_scope_is_not_said_again_in_full() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let form = in_form(&partner.client);

    let response = at(&app)(&format!("{form}&scope={}", "x".repeat(5_000))).await;

    response.assert_oauth_error(400, "invalid_scope");
    let description = response.text_at("/error_description");
    assert!(description.len() < 100, "{description}");
}
