//! Errors as responses: one for each code, and one for each status where an operation has several codes of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::error::{ApiError, ErrorCode};
use crate::operation::Operation;
use crate::v1::models::error_body::{ERROR_BODY, OAUTH_ERROR};

/// The name of the response that any operation can give.
const GENERAL: &str = "Error";

/// The part `components.responses`: the codes that are referred to, and the general error.
pub(super) fn components(operations: &[&Operation]) -> Map<String, Value> {
    let mut responses = Map::new();
    responses.insert(GENERAL.to_owned(), response("Any other error.", None));
    for operation in operations
        .iter()
        .filter(|operation| !takes_a_form(operation))
    {
        for codes in by_status(operation).values() {
            if let [code] = codes.as_slice() {
                responses.insert(code.component(), response(&about(*code), Some(*code)));
            }
        }
    }
    responses
}

/// The errors of an operation by status, and `default` for those that any operation can answer.
pub(super) fn errors_of(operation: &Operation) -> Map<String, Value> {
    let mut responses = Map::new();
    responses.insert("default".to_owned(), reference(GENERAL));
    for (status, codes) in by_status(operation) {
        let described = match codes.as_slice() {
            several if takes_a_form(operation) => either(several),
            [code] => reference(&code.component()),
            several => response(&about_all(several), several.first().copied()),
        };
        responses.insert(status.to_string(), described);
    }
    responses
}

fn by_status(operation: &Operation) -> BTreeMap<u16, Vec<ErrorCode>> {
    let mut codes: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in operation.errors {
        codes.entry(code.facts().status).or_default().push(*code);
    }
    codes
}

fn about(code: ErrorCode) -> String {
    format!("`{}`: {}", code.as_str(), code.facts().cause)
}

fn about_all(codes: &[ErrorCode]) -> String {
    let sentences: Vec<_> = codes.iter().map(|code| about(*code)).collect();
    sentences.join("\n\n")
}

/// Whether the operation answers a form's errors as OAuth has them.
fn takes_a_form(operation: &Operation) -> bool {
    operation.body.is_some_and(|body| body.form.is_some())
}

/// The error body, or that of OAuth where the request was a form.
fn either(codes: &[ErrorCode]) -> Value {
    let mut described = response(&about_all(codes), codes.first().copied());
    let bodies = [ERROR_BODY.name, OAUTH_ERROR.name];
    let bodies = bodies.map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    if let Some(schema) = described.pointer_mut("/content/application~1json/schema") {
        *schema = json!({"anyOf": bodies});
    }
    described
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/responses/{name}")})
}

fn response(about: &str, code: Option<ErrorCode>) -> Value {
    let mut media =
        json!({"schema": {"$ref": format!("#/components/schemas/{}", ERROR_BODY.name)}});
    if let (Some(code), Some(members)) = (code, media.as_object_mut()) {
        members.insert("example".to_owned(), example(code));
    }
    let content = json!({"application/json": media, "application/problem+json": media});
    json!({"description": about, "content": content})
}

fn example(code: ErrorCode) -> Value {
    let error = ApiError::new(code, code.facts().title);
    serde_json::from_slice(&error.body()).unwrap_or_default()
}
