//! The document of the sample operations: its parts, its references and its order.

use super::*;
use crate::operation::samples::ALL;

const EVENTS: &str = "/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}/events";

/// Every `$ref` of a value.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(target)) = members.get("$ref") {
                found.push(target.clone());
            }
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn the_event_operation_is_described_as_published() {
    let document = document(ALL, "0.1.0");
    let operation = &document["paths"][EVENTS]["post"];
    assert_eq!(
        operation["operationId"],
        "aid_accounts_aid_connections_events_post"
    );
    let oid = &operation["parameters"][0];
    assert_eq!(
        oid["schema"]["pattern"],
        r"^[PT]{1}(?=(?:.{3}|.{8})$)[0-9]*$"
    );
    assert_eq!(oid["in"], "path");
    let aid = &operation["parameters"][1]["schema"];
    assert_eq!(
        (&aid["minLength"], &aid["maxLength"]),
        (&json!(9), &json!(9))
    );
    assert_eq!(aid["pattern"], r"^[PT]{1}\d{8}$");
    let expected = json!([{"JWT": ["admin:accounts"]}, {"JWT": ["write:accounts"]}]);
    assert_eq!(operation["security"], expected);
    assert_eq!(
        operation["x-scopes"],
        json!(["admin:accounts", "write:accounts"])
    );
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(
        schema["$ref"],
        "#/components/schemas/AccountConnectionEvent"
    );
    assert_eq!(
        operation["responses"]["412"]["$ref"],
        "#/components/responses/VERSION_MISMATCH"
    );
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document(ALL, "0.1.0");
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn the_document_is_the_same_every_time() {
    let text = |operations| serde_json::to_string(&document(operations, "0.1.0")).unwrap();
    assert_eq!(text(ALL), text(ALL));
    assert_eq!(document(ALL, "0.1.0")["openapi"], "3.1.0");
    assert_eq!(document(ALL, "0.1.0")["tags"][0]["name"], "Connections");
}

#[test]
fn anonymous_and_basic_operations_say_so() {
    let document = document(ALL, "0.1.0");
    assert_eq!(
        document["paths"]["/health/live"]["get"]["security"],
        json!([])
    );
    let token = &document["paths"]["/v1/accounts/{oid}/auth/token"]["post"];
    assert_eq!(token["security"], json!([{"clientAuth": []}]));
    let form = &token["requestBody"]["content"]["application/x-www-form-urlencoded"]["examples"];
    assert_eq!(form["form"]["value"]["grant_type"], "client_credentials");
}
