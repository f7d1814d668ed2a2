//! The models against their examples, and against the published page.

use crate::shape::{Kind, Null, Object, Strictness, check, check_answer, component};

use super::*;

fn answers(object: &'static Object, example: &str) {
    check_answer(
        &Kind::Object(object),
        example.as_bytes(),
        Strictness::Strict,
    )
    .unwrap_or_else(|problems| panic!("{}: {problems:?}", object.name));
}

fn accepts(object: &'static Object, example: &str) {
    check(object, example.as_bytes(), Strictness::Strict)
        .unwrap_or_else(|problems| panic!("{}: {problems:?}", object.name));
}

fn refusals(object: &'static Object, body: &str) -> Vec<String> {
    let problems = check(object, body.as_bytes(), Strictness::Lenient).unwrap_err();
    problems
        .into_iter()
        .map(|problem| problem.message)
        .collect()
}

#[test]
fn every_example_keeps_to_its_model() {
    accepts(
        &connection_event::CONNECTION_EVENT,
        connection_event::EXAMPLE_MINIMAL,
    );
    accepts(
        &connection_event::CONNECTION_EVENT,
        connection_event::EXAMPLE_FULL,
    );
    answers(
        &connection_event::CONNECTION_EVENT,
        connection_event::EXAMPLE,
    );
    answers(&connection::CONNECTION, connection::EXAMPLE);
    accepts(&account::ACCOUNT_BODY, account::EXAMPLE_BODY);
    answers(&account::EXTENDED_ACCOUNT, account::EXAMPLE);
    accepts(&client::CLIENT, client::EXAMPLE_BODY);
    answers(&client::CLIENT, client::EXAMPLE);
    answers(&client::CLIENT_WITH_SECRET, client::EXAMPLE_WITH_SECRET);
    accepts(&grant::GRANT, grant::EXAMPLE_BODY);
    answers(&grant::GRANT, grant::EXAMPLE);
    accepts(&access_token::TOKEN_REQUEST, access_token::EXAMPLE_BODY);
    answers(&access_token::ACCESS_TOKEN, access_token::EXAMPLE);
    answers(&jwk::JWK_SET, jwk::EXAMPLE_SET);
    check_answer(
        &Kind::List(&jwk::KEYS),
        jwk::EXAMPLE_LIST.as_bytes(),
        Strictness::Strict,
    )
    .unwrap();
    answers(&log_entry::LOG_ENTRY, log_entry::EXAMPLE);
}

#[test]
fn an_event_without_status_and_event_is_told_both() {
    let expected = [
        "status is required; allowed are pending, enabled, failed, declined",
        "event is required",
    ];
    assert_eq!(
        refusals(&connection_event::CONNECTION_EVENT, "{}"),
        expected
    );
    let long = format!(
        r#"{{"status":"pending","event":"x","description":"{}"}}"#,
        "é".repeat(1_024)
    );
    assert_eq!(
        refusals(&connection_event::CONNECTION_EVENT, &long),
        ["description has 1,024 characters; at most 1,000 are allowed"]
    );
}

#[test]
fn an_account_without_anything_is_told_what_it_needs() {
    let expected = [
        "applicant is required",
        "company is required",
        "billing is required",
    ];
    assert_eq!(refusals(&account::ACCOUNT_BODY, "{}"), expected);
    let body = r#"{"applicant":{},"company":{"address":{}},"billing":{"address":null}}"#;
    let expected = [
        "applicant.email is required",
        "applicant.agreement is required",
        "company.business_name is required",
        "company.address.address_line is required",
        "company.address.postal_place is required",
        "company.address.country is required",
        "billing.business_name is required",
        "billing.address is null, but required",
    ];
    assert_eq!(refusals(&account::ACCOUNT_BODY, body), expected);
}

#[test]
fn what_an_account_cannot_choose_is_ignored() {
    let strangers = r#"{"partner_id": 7, "connections": "none", "active": "yes", "id": [], "#;
    let body = account::EXAMPLE_BODY.replacen('{', strangers, 1);
    let checked = check(&account::ACCOUNT_BODY, body.as_bytes(), Strictness::Strict).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&checked.writable_text()).unwrap();
    let sent: serde_json::Value = serde_json::from_str(account::EXAMPLE_BODY).unwrap();
    assert_eq!(kept, sent);
}

#[test]
fn the_event_has_the_fields_of_the_published_page() {
    let schema = component(&connection_event::CONNECTION_EVENT, Null::IsNothing);
    let names: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "status",
            "event",
            "id",
            "created_at",
            "created_by",
            "description",
            "metadata"
        ]
    );
    let statuses = ["pending", "enabled", "failed", "declined"];
    assert_eq!(
        schema["properties"]["status"]["enum"],
        serde_json::json!(statuses)
    );
    assert_eq!(schema["properties"]["created_at"]["format"], "date-time");
    assert_eq!(schema["properties"]["id"]["readOnly"], true);
}
