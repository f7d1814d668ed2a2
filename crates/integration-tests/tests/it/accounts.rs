//! Accounts: made by their partner, kept as they came, listed page by page.

use serde_json::json;

use crate::support::{ACCOUNT, START, TestApp, together};

#[tokio::test]
async fn an_account_with_what_the_contract_requires_is_made() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let body = r#"{"applicant":{"email":"a@b.example","agreement":{}},
        "company":{"business_name":"B","address":{"address_line":"1","postal_place":"P","country":"NO"}},
        "billing":{"business_name":"B","address":{"address_line":"1","postal_place":"P","country":"NO"}}}"#;

    let response = partner.add_account(body).await;

    let account = response.assert_ok().json();
    assert_eq!(account["account_id"], "T11200001");
    assert_eq!(account["partner_id"], "T112");
    assert_eq!(account["created_at"], START);
    assert_eq!(account["updated_at"], START);
    assert_eq!(account["created_by"], *partner.client.id);
    assert_eq!(account["connections"], json!({}));
    assert_eq!(
        account["applicant"],
        json!({"email": "a@b.example", "agreement": {}})
    );
    assert_eq!(account.get("paging_token"), None);
    assert_eq!(
        partner.account_named("T11200001").read().await.json(),
        account
    );
}

#[tokio::test]
async fn everything_that_is_missing_is_told_at_once() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let cases: [(&str, &[&str]); 2] = [
        ("{}", &["/applicant", "/company", "/billing"]),
        (
            r#"{"applicant":{},"company":{"address":{}},"billing":{"address":{"country":null}}}"#,
            &[
                "/applicant/email",
                "/applicant/agreement",
                "/company/business_name",
                "/company/address/address_line",
                "/company/address/postal_place",
                "/company/address/country",
                "/billing/business_name",
                "/billing/address/address_line",
                "/billing/address/postal_place",
                "/billing/address/country",
            ],
        ),
    ];
    for (body, missing) in cases {
        let response = partner.add_account(body).await;
        response.assert_error(400, "INVALID_REQUEST_PARAMETER");
        let problems = response.problems();
        let expected: Vec<_> = missing
            .iter()
            .map(|at| {
                (
                    "pointer".to_owned(),
                    (*at).to_owned(),
                    "required".to_owned(),
                )
            })
            .collect();
        assert_eq!(problems, expected);
    }
    assert!(partner.get("/management/accounts").await.list().is_empty());
}

#[tokio::test]
async fn what_was_said_is_kept_as_it_came() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let statistics = r#"{ "z" : 1.0, "a":[1e2, 12345678901234567890.10],"é":"\/" }"#;
    let company = r#"{"website":"https://x.example","business_name":"Bl\u00e5 \ud83d\ude00","#
        .to_owned()
        + r#""address":{"country":"NO","postal_place":"P","address_line":"1"}}"#;
    let body = ACCOUNT.trim_end().trim_end_matches('}').to_owned()
        + &format!(
            ",\"statistics\":{statistics},\"partner_id\":\"T999\",\"account_id\":\"T99900009\",\
                    \"connections\":{{\"vipps\":1}},\"unknown\":7}}"
        );
    let body = format!("{}{}", body.split("\"company\"").next().unwrap(), {
        let rest = body.split("\"billing\"").nth(1).unwrap();
        format!("\"company\": {company}, \"billing\"{rest}")
    });

    let response = partner.add_account(body).await;

    let id = response.assert_ok().text_at("/account_id");
    assert_eq!(id, "T11200001");
    let read = partner.account_named(&id).read().await;
    for answer in [response, read] {
        let text = answer.assert_ok().text();
        assert!(text.contains(statistics), "{text}");
        assert!(text.contains(&company), "{text}");
        let account = answer.json();
        assert_eq!(account["partner_id"], "T112");
        assert_eq!(account["connections"], json!({}));
        assert_eq!(account.get("unknown"), None);
    }
}

#[tokio::test]
async fn numbers_follow_each_other_for_each_partner() {
    let app = TestApp::start().await;
    let (partner, other) = (app.partner("T112").await, app.partner("P112").await);

    let responses = together((0..20).map(|_| partner.add_account(ACCOUNT))).await;

    let mut ids: Vec<String> = responses
        .iter()
        .map(|response| response.assert_ok().text_at("/account_id"))
        .collect();
    ids.sort();
    let expected: Vec<String> = (1..=20).map(|number| format!("T112{number:05}")).collect();
    assert_eq!(ids, expected);
    assert_eq!(other.account().await.id, "P11200001");
    assert_eq!(partner.account().await.id, "T11200021");
}

#[tokio::test]
async fn a_list_goes_on_from_a_token_or_an_account() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    for _ in 0..12 {
        partner.account().await;
    }
    let page = async |query: &str| {
        let listed = partner
            .get(&format!("/management/accounts{query}"))
            .await
            .list();
        let ids = listed
            .iter()
            .map(|account| account["account_id"].as_str().unwrap().to_owned());
        (ids.collect::<Vec<_>>(), listed)
    };
    let named = |numbers: std::ops::RangeInclusive<u32>| {
        numbers
            .map(|number| format!("T112{number:05}"))
            .collect::<Vec<_>>()
    };

    let (ids, first) = page("").await;
    assert_eq!(
        ids,
        named(1..=10),
        "the default limit; the partner's own account is not listed"
    );
    let token = first[9]["paging_token"].as_str().unwrap();
    assert_eq!(
        page(&format!("?starting_after={token}")).await.0,
        named(11..=12)
    );
    assert_eq!(
        page("?starting_after=T11200004&limit=3").await.0,
        named(5..=7)
    );
    assert_eq!(
        page("?starting_after=T11200000&limit=1").await.0,
        named(1..=1)
    );
    assert_eq!(page("?limit=100").await.0, named(1..=12));
    assert!(page("?starting_after=T11200012").await.0.is_empty());
    let token = first[0]["paging_token"].as_str().unwrap();
    assert!(
        token
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    );
}

#[tokio::test]
async fn connections_stand_in_an_account_and_without_events_in_a_list() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    account
        .connection("vipps")
        .record("pending", "started")
        .await
        .assert_ok();
    account
        .connection("vipps")
        .record("enabled", "approved")
        .await
        .assert_ok();

    let one = account.read().await.json();
    let listed = partner.get("/management/accounts").await.list();

    let mut record = account.connection("vipps").read().await.json();
    assert_eq!(one["connections"]["vipps"], record);
    record.as_object_mut().unwrap().remove("events").unwrap();
    assert_eq!(listed[0]["connections"]["vipps"], record);
}

#[tokio::test]
async fn the_partners_own_account_is_readable_and_not_listed() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;

    let own = partner
        .account_named("T11200000")
        .read()
        .await
        .assert_ok()
        .json();

    assert_eq!(own["account_id"], "T11200000");
    assert_eq!(own["partner_id"], "T112");
    assert_eq!(own.get("company"), None);
    assert!(partner.get("/management/accounts").await.list().is_empty());
}

#[tokio::test]
async fn a_merchant_makes_and_lists_no_accounts() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;
    let token = partner
        .client_of(&account.id, &["admin:accounts"])
        .await
        .token(&app)
        .await;
    let path = format!("/v1/accounts/{}/management/accounts", account.id);
    for token in [&token, &partner.token] {
        app.post(&path)
            .token(token)
            .json(ACCOUNT)
            .await
            .assert_error(403, "FORBIDDEN");
        app.get(&path)
            .token(token)
            .await
            .assert_error(403, "FORBIDDEN");
    }
    let by_merchant = partner.with_token(&token);
    by_merchant
        .add_account(ACCOUNT)
        .await
        .assert_error(403, "FORBIDDEN");
    by_merchant
        .get("/management/accounts")
        .await
        .assert_error(403, "FORBIDDEN");
    assert_eq!(partner.get("/management/accounts").await.list().len(), 1);
}

#[tokio::test]
async fn a_filter_that_is_not_there_yet_is_refused() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    for filter in [
        "search",
        "progression",
        "connections",
        "connections_progression",
        "services",
        "services_progression",
        "account_manager",
        "connection",
        "connection_status",
        "payment_options",
        "country",
    ] {
        let response = partner
            .get(&format!("/management/accounts?limit=1&{filter}=x"))
            .await;
        response.assert_error(400, "INVALID_REQUEST_PARAMETER");
        response.assert_problem("parameter", filter, "not_allowed");
    }
    partner
        .get("/management/accounts?unknown=x")
        .await
        .assert_ok();
}
