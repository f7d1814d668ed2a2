//! Bad requests to the operations around the central one.

use serde_json::{Value, json};

use super::{Bad, assert_all, bad, other};
use crate::support::{ACCOUNT, Call, Client, Partner, TestApp, audience};

/// A grant that is fine but for one member.
fn granting(partner: &Partner<'_>, member: &str, value: Value) -> Call {
    let mut body = json!({
        "client_id": partner.client.id,
        "audience": audience("T11200000"),
        "scope": ["read:accounts"],
    });
    body[member] = value;
    let call = partner.call("POST", "/auth/client-grants");
    call.json(body.to_string())
}

/// A token request that is fine but for one member; `null` is as good as left out.
fn asking(app: &TestApp, client: &Client, member: &str, value: Value) -> Call {
    let mut body = json!({
        "grant_type": "client_credentials",
        "audience": audience("T11200000"),
    });
    body[member] = value;
    app.post("/v1/accounts/T11200000/auth/token")
        .basic(&client.client_id, &client.client_secret)
        .json(body.to_string())
}

fn of_clients(partner: &Partner<'_>) -> Vec<Bad> {
    let wanted = [
        (json!({"client_id": "a:b"}), "/client_id", "pattern"),
        (json!({"client_id": ""}), "/client_id", "too_short"),
        (json!({"name": 7}), "/name", "wrong_type"),
        (json!({"callbacks": {}}), "/callbacks", "wrong_type"),
        (json!({"callbacks": ["a", 1]}), "/callbacks/1", "wrong_type"),
    ];
    wanted
        .iter()
        .map(|(body, at, code)| {
            let call = partner.add_client(body);
            bad(&body.to_string(), call, ["pointer", at, code])
        })
        .collect()
}

fn of_grants(partner: &Partner<'_>) -> Vec<Bad> {
    let client_id = &partner.client.client_id;
    let mut cases: Vec<Bad> = [
        (
            "scope",
            json!(["read:accounts", "read:minds"]),
            "/scope/1",
            "not_allowed",
        ),
        ("scope", json!([]), "/scope", "too_short"),
        ("scope", json!("read:accounts"), "/scope", "wrong_type"),
        (
            "audience",
            json!("https://a.example"),
            "/audience",
            "pattern",
        ),
        ("type", json!("implicit"), "/type", "not_allowed"),
    ]
    .into_iter()
    .map(|(member, value, at, code)| {
        bad(
            member,
            granting(partner, member, value),
            ["pointer", at, code],
        )
    })
    .collect();
    for unknown in ["nobody", client_id] {
        let call = granting(partner, "client_id", json!(unknown));
        cases.push(other("an unknown client", call, 404, "NOT FOUND"));
    }
    cases
}

fn of_tokens(partner: &Partner<'_>) -> Vec<Bad> {
    [
        ("audience", Value::Null, "required"),
        ("audience", json!("me"), "pattern"),
        ("grant_type", json!("password"), "not_allowed"),
        ("grant_type", Value::Null, "required"),
    ]
    .into_iter()
    .map(|(member, value, code)| {
        let call = asking(partner.app, &partner.client, member, value);
        bad(member, call, ["pointer", &format!("/{member}"), code])
    })
    .collect()
}

fn of_lists(partner: &Partner<'_>) -> Vec<Bad> {
    [
        ("/management/accounts?limit=0", "limit", "out_of_range"),
        ("/management/accounts?limit=101", "limit", "out_of_range"),
        (
            "/management/accounts?starting_after=ZTE",
            "starting_after",
            "pattern",
        ),
        (
            "/management/accounts?starting_after=T112",
            "starting_after",
            "pattern",
        ),
        (
            "/management/accounts?starting_after=T11300001",
            "starting_after",
            "pattern",
        ),
        ("/log?limit=0", "limit", "out_of_range"),
        ("/log?limit=1001", "limit", "out_of_range"),
        ("/log?after=-1", "after", "out_of_range"),
        ("/log?after=start", "after", "wrong_type"),
        ("/log?after=1e3", "after", "wrong_type"),
    ]
    .into_iter()
    .map(|(path, at, code)| bad(path, partner.get(path), ["parameter", at, code]))
    .collect()
}

#[tokio::test]
async fn every_other_bad_request_is_told_by_its_place() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let log = partner.log().await.len();

    assert_all(of_clients(&partner), 5).await;
    assert_all(of_grants(&partner), 7).await;
    assert_all(of_tokens(&partner), 4).await;
    assert_all(of_lists(&partner), 10).await;
    let place = ["pointer", "", "wrong_type"];
    let list = bad("a list", partner.add_account("[]"), place);
    let untyped = partner.call("POST", "/management/accounts").bytes(ACCOUNT);
    let untyped = other("no type", untyped, 415, "UNSUPPORTED_MEDIA_TYPE");
    assert_all(vec![list, untyped], 2).await;

    assert_eq!(partner.log().await.len(), log, "nothing was written");
}
