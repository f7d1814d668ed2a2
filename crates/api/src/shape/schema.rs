//! A model as JSON Schema, the way OpenAPI 3.1 writes it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::kind::{FREE_KEYS_MAX, FREE_LEVELS_MAX, Kind, Text};
use super::object::{Field, Object};

/// The schema of a kind; a model with a name is only referred to.
#[must_use]
pub fn schema(kind: &Kind) -> Value {
    match kind {
        Kind::Text(text) => text_schema(text),
        Kind::OneOf(allowed) => json!({"type": "string", "enum": allowed}),
        Kind::Integer { min, max } => integer_schema(*min, *max),
        Kind::Number => json!({"type": "number"}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::List(list) => {
            json!({"type": "array", "items": schema(&list.of), "maxItems": list.max})
        }
        Kind::Map(kind) => json!({"type": "object", "additionalProperties": schema(kind)}),
        Kind::Free => json!({
            "type": "object",
            "additionalProperties": true,
            "x-levels-max": FREE_LEVELS_MAX,
            "x-keys-max": FREE_KEYS_MAX,
        }),
        Kind::Object(object) if object.name.is_empty() => component(object),
        Kind::Object(object) => json!({"$ref": format!("#/components/schemas/{}", object.name)}),
    }
}

/// The schema of a model itself.
#[must_use]
pub fn component(object: &Object) -> Value {
    let mut properties = Map::new();
    for field in object.fields() {
        properties.insert(field.name.to_owned(), field_schema(field));
    }
    let required = object
        .fields()
        .filter(|field| field.is_required)
        .map(|field| field.name);
    let required: Vec<_> = required.collect();
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        insert(&mut schema, "required", json!(required));
    }
    if !object.about.is_empty() {
        insert(&mut schema, "description", json!(object.about));
    }
    schema
}

/// Adds all models with a name that a kind leads to.
pub fn components(kind: &Kind, found: &mut BTreeMap<&'static str, &'static Object>) {
    match kind {
        Kind::List(list) => components(&list.of, found),
        Kind::Map(kind) => components(kind, found),
        Kind::Object(object) => {
            let is_new = object.name.is_empty() || found.insert(object.name, object).is_none();
            if is_new {
                object
                    .fields()
                    .for_each(|field| components(&field.kind, found));
            }
        }
        _ => {}
    }
}

fn field_schema(field: &Field) -> Value {
    let mut schema = schema(&field.kind);
    if !field.about.is_empty() {
        insert(&mut schema, "description", json!(field.about));
    }
    if field.is_read_only {
        insert(&mut schema, "readOnly", json!(true));
    }
    if field.is_deprecated {
        insert(&mut schema, "deprecated", json!(true));
    }
    if let Some(example) = field
        .example
        .and_then(|json| serde_json::from_str::<Value>(json).ok())
    {
        insert(&mut schema, "examples", json!([example]));
    }
    schema
}

fn text_schema(text: &Text) -> Value {
    let mut schema = json!({"type": "string", "maxLength": text.max});
    if text.min > 0 {
        insert(&mut schema, "minLength", json!(text.min));
    }
    if let Some(regex) = text.rule.and_then(|rule| rule.regex) {
        insert(&mut schema, "pattern", json!(regex));
    }
    if let Some(format) = text.format {
        insert(&mut schema, "format", json!(format));
    }
    schema
}

fn integer_schema(min: i64, max: i64) -> Value {
    let mut schema = json!({"type": "integer"});
    if min != i64::MIN {
        insert(&mut schema, "minimum", json!(min));
    }
    if max != i64::MAX {
        insert(&mut schema, "maximum", json!(max));
    }
    schema
}

fn insert(schema: &mut Value, key: &str, value: Value) {
    if let Some(members) = schema.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
}
