//! Which account and which scope let a caller do what.

use crate::support::TestApp;

#[tokio::test]
async fn a_reader_reads_and_does_not_write() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    account
        .connection("vipps")
        .record("pending", "e")
        .await
        .assert_ok();
    let token = partner.client(&["read:accounts"]).await.token(&app).await;
    let reader = partner.with_token(&token);
    let account = account.with_token(&token);

    account.read().await.assert_ok();
    account.connections().await.assert_ok();
    account.connection("vipps").read().await.assert_ok();
    account.connection("vipps").events("").await.assert_ok();
    reader.get("/log").await.assert_ok();
    reader.get("/auth/clients").await.assert_ok();
    for response in [
        account.connection("vipps").record("pending", "e").await,
        reader.add_account(crate::support::ACCOUNT).await,
        reader.add_client(&serde_json::json!({})).await,
        reader
            .delete(&format!("/auth/clients/{}", partner.client.id))
            .await,
    ] {
        response.assert_error(403, "FORBIDDEN");
        let challenge = "Bearer realm=\"kobling\", error=\"insufficient_scope\", \
                         scope=\"admin:accounts write:accounts\"";
        response.assert_header("www-authenticate", challenge);
    }
}

#[tokio::test]
async fn a_writer_writes_and_does_not_read() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let token = partner.client(&["write:accounts"]).await.token(&app).await;
    let account = partner.account().await.with_token(&token);

    account
        .connection("vipps")
        .record("pending", "e")
        .await
        .assert_ok();

    account
        .connection("vipps")
        .read()
        .await
        .assert_error(403, "FORBIDDEN");
    account.read().await.assert_error(403, "FORBIDDEN");
}

#[tokio::test]
async fn a_narrow_scope_opens_only_its_own_path() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let scopes = [
        "write:accounts:/management/settings/connections/vipps",
        "admin:hooks",
    ];
    let token = partner.client(&scopes).await.token(&app).await;
    let account = partner.account().await.with_token(&token);

    account
        .connection("vipps")
        .record("pending", "e")
        .await
        .assert_error(403, "FORBIDDEN");
    account.read().await.assert_error(403, "FORBIDDEN");
}

#[tokio::test]
async fn a_merchant_acts_on_its_own_account_only() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let (own, other) = (partner.account().await, partner.account().await);
    other
        .connection("vipps")
        .record("pending", "e")
        .await
        .assert_ok();
    let client = partner.client_of(&own.id, &["admin:accounts"]).await;
    let token = client.token(&app).await;
    let own = own.as_itself(&token);
    let other = other.with_token(&token);

    own.connection("vipps")
        .record("pending", "e")
        .await
        .assert_ok();
    own.connection("vipps").read().await.assert_ok();
    own.read().await.assert_ok();
    for owner in ["T112", "T11200000", "T113", "P112", &other.id] {
        let own = own.under(owner);
        own.read().await.assert_error(403, "FORBIDDEN");
        own.connection("vipps")
            .record("pending", "e")
            .await
            .assert_error(403, "FORBIDDEN");
    }
    for account in [
        other.id.as_str(),
        "T11200000",
        "T11299999",
        "T11300001",
        "P11200001",
    ] {
        let named = partner
            .account_named(account)
            .with_token(&token)
            .under(&own.id);
        let vipps = named.connection("vipps");
        named.read().await.assert_error(404, "NOT FOUND");
        named.connections().await.assert_error(404, "NOT FOUND");
        vipps.read().await.assert_error(404, "NOT FOUND");
        vipps.events("").await.assert_error(404, "NOT FOUND");
        vipps
            .record("pending", "e")
            .await
            .assert_error(404, "NOT FOUND");
    }
    assert_eq!(
        partner
            .account_named(&other.id)
            .connection("vipps")
            .history()
            .await
            .len(),
        1
    );
}

#[tokio::test]
async fn a_partner_acts_on_all_of_its_accounts_and_no_others() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let foreign = app.partner("T113").await.account().await;
    let live = app.partner("P112").await.account().await;
    for account in [partner.account().await, partner.account().await] {
        for owner in ["T112", "T11200000", &account.id] {
            let account = account.under(owner);
            account
                .connection("vipps")
                .record("pending", "e")
                .await
                .assert_ok();
            account.read().await.assert_ok();
        }
    }
    for account in [foreign, live] {
        let account = account.with_token(&partner.token);
        account.read().await.assert_error(403, "FORBIDDEN");
        for owner in ["T112", "T11200000"] {
            let account = account.under(owner);
            account.read().await.assert_error(404, "NOT FOUND");
            let vipps = account.connection("vipps");
            vipps
                .record("pending", "e")
                .await
                .assert_error(404, "NOT FOUND");
            vipps.read().await.assert_error(404, "NOT FOUND");
        }
    }
}

#[tokio::test]
async fn what_is_hidden_and_what_is_not_there_look_the_same() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let foreign = app.partner("T113").await.account().await;
    foreign
        .connection("vipps")
        .record("pending", "e")
        .await
        .assert_ok();
    let hidden = foreign.with_token(&partner.token).under("T112");
    let missing = partner.account_named("T11399999");

    assert_eq!(
        hidden.read().await.without_id(),
        missing.read().await.without_id()
    );
    let (hidden, missing) = (hidden.connection("vipps"), missing.connection("vipps"));
    assert_eq!(
        hidden.read().await.without_id(),
        missing.read().await.without_id()
    );
    assert_eq!(
        hidden.record("pending", "e").await.without_id(),
        missing.record("pending", "e").await.without_id()
    );
}

#[tokio::test]
async fn an_unknown_account_as_owner_has_nothing() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let unknown = "/v1/accounts/T11299999";

    for path in ["log", "auth/clients", "auth/client-grants", "auth/keys"] {
        let call = app.get(&format!("{unknown}/{path}")).token(&partner.token);
        call.await.assert_error(404, "NOT FOUND");
    }
    let call = app
        .post(&format!("{unknown}/auth/clients"))
        .token(&partner.token);
    call.await.assert_error(404, "NOT FOUND");
}
