//! The part `paths`: each operation with its parameters, body and answers.

use serde_json::{Map, Value, json};

use crate::operation::{Access, Answer, BodyDescription, FORM, Operation, Parameter, Place};
use crate::shape::{Kind, schema};

use super::responses;

pub(super) fn paths(operations: &[&Operation]) -> Map<String, Value> {
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(methods) = path.as_object_mut() {
            let method = operation.method.as_str().to_ascii_lowercase();
            methods.insert(method, described(operation));
        }
    }
    paths
}

fn described(operation: &Operation) -> Value {
    let parameters: Vec<_> = operation.parameters.iter().map(parameter).collect();
    let mut value = json!({
        "operationId": operation.id,
        "tags": [operation.tag.name],
        "summary": operation.summary,
        "description": operation.description,
        "parameters": parameters,
        "security": security(operation.access),
        "responses": answers(operation),
    });
    if let Some(members) = value.as_object_mut() {
        if let Access::AnyOf(scopes) = operation.access {
            let scopes: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
            members.insert("x-scopes".to_owned(), json!(scopes));
        }
        if let Some(body) = operation.body {
            members.insert("requestBody".to_owned(), request_body(body));
        }
    }
    value
}

/// Alternatives in a list: any one of them suffices.
fn security(access: Access) -> Value {
    match access {
        Access::Anonymous => json!([]),
        Access::ClientCredentials => json!([{"clientAuth": []}]),
        Access::AnyOf(scopes) => scopes
            .iter()
            .map(|scope| json!({"JWT": [scope.as_str()]}))
            .collect(),
    }
}

fn parameter(parameter: &Parameter) -> Value {
    let place = match parameter.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::Header => "header",
    };
    let json_of =
        |text: Option<&str>| text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let mut schema = schema(&parameter.kind);
    if let (Some(default), Some(members)) = (json_of(parameter.default), schema.as_object_mut()) {
        members.insert("default".to_owned(), default);
    }
    let mut value = json!({
        "name": parameter.name,
        "in": place,
        "required": parameter.is_required,
        "description": parameter.about,
        "schema": schema,
    });
    if let (Some(example), Some(members)) = (json_of(parameter.example), value.as_object_mut()) {
        members.insert("example".to_owned(), example);
    }
    value
}

fn request_body(body: &BodyDescription) -> Value {
    let mut content = Map::new();
    for media in body.media {
        let mut examples = Map::new();
        for example in media.examples {
            let value = example_value(media.media_type, example.text);
            examples.insert(example.name.to_owned(), json!({"value": value}));
        }
        let schema = schema(&Kind::Object(body.shape_in(media.media_type)));
        let described = json!({"schema": schema, "examples": examples});
        content.insert(media.media_type.to_owned(), described);
    }
    json!({"required": body.is_required, "content": content})
}

/// A form is shown as the object of its fields, which is how OpenAPI describes one.
fn example_value(media_type: &str, text: &str) -> Value {
    if media_type == FORM {
        let pairs = form_urlencoded::parse(text.as_bytes());
        let members = pairs.map(|(name, value)| (name.into_owned(), json!(value)));
        return Value::Object(members.collect());
    }
    serde_json::from_str(text).unwrap_or_default()
}

fn answers(operation: &Operation) -> Map<String, Value> {
    let mut all = responses::errors_of(operation);
    for answer in operation.answers {
        let described = described_answer(answer);
        match all.get_mut(&answer.status.to_string()) {
            Some(other) => add_media(other, &described),
            None => {
                all.insert(answer.status.to_string(), described);
            }
        }
    }
    all
}

/// Another media type of an answer with the same status.
fn add_media(answer: &mut Value, other: &Value) {
    let added = other.pointer("/content").and_then(Value::as_object);
    let content = answer
        .pointer_mut("/content")
        .and_then(Value::as_object_mut);
    if let (Some(content), Some(added)) = (content, added) {
        content.extend(added.clone());
    }
}

fn described_answer(answer: &Answer) -> Value {
    let mut value = json!({"description": answer.about});
    let Some(members) = value.as_object_mut() else {
        return value;
    };
    if !answer.media_type.is_empty() {
        let mut media = Map::new();
        if let Some(shape) = &answer.shape {
            media.insert("schema".to_owned(), schema(shape));
        }
        let example = answer
            .example
            .and_then(|text| serde_json::from_str::<Value>(text).ok());
        if let Some(example) = example {
            media.insert("example".to_owned(), example);
        }
        members.insert("content".to_owned(), json!({ answer.media_type: media }));
    }
    let headers = answer.headers.iter().map(|header| {
        let described = json!({"description": header.about, "schema": schema(&header.kind)});
        (header.name.to_owned(), described)
    });
    let headers: Map<_, _> = headers.collect();
    if !headers.is_empty() {
        members.insert("headers".to_owned(), Value::Object(headers));
    }
    value
}
