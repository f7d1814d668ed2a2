//! A model as JSON Schema, the way OpenAPI 3.1 writes it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::kind::{FREE_KEYS_MAX, FREE_LEVELS_MAX, Kind, List, Text};
use super::object::{Field, Object};

/// The schema of a kind; a model with a name is only referred to.
#[must_use]
pub fn schema(kind: &Kind) -> Value {
    schema_of(kind, Null::IsRefused)
}

/// Whether `null` may stand for an optional member: in requests, where it is as good as none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Null {
    /// It may.
    IsNothing,
    /// It may not.
    IsRefused,
}

fn schema_of(kind: &Kind, null: Null) -> Value {
    match kind {
        Kind::Text(text) => text_schema(text),
        Kind::OneOf(allowed) => json!({"type": "string", "enum": allowed}),
        Kind::Integer { min, max } => integer_schema(*min, *max),
        Kind::Number => json!({"type": "number"}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::List(list) => list_schema(list, null),
        Kind::Map(kind) => json!({"type": "object", "additionalProperties": schema_of(kind, null)}),
        Kind::Free => json!({
            "type": "object",
            "additionalProperties": true,
            "x-levels-max": FREE_LEVELS_MAX,
            "x-keys-max": FREE_KEYS_MAX,
        }),
        Kind::Object(object) if object.name.is_empty() => component(object, null),
        Kind::Object(object) => json!({"$ref": format!("#/components/schemas/{}", object.name)}),
    }
}

/// The schema of a model itself.
#[must_use]
pub fn component(object: &Object, null: Null) -> Value {
    let mut properties = Map::new();
    for field in object.fields() {
        properties.insert(field.name.to_owned(), field_schema(field, null));
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

fn field_schema(field: &Field, null: Null) -> Value {
    // The empty schema after `not` means: nothing may stand there.
    let mut schema = match field.refused {
        Some(_) => json!({"not": {}}),
        None => schema_of(&field.kind, null),
    };
    if null == Null::IsNothing && !field.is_required && !field.is_read_only {
        schema = or_null(schema);
    }
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

/// The schema, or `null`.
fn or_null(mut schema: Value) -> Value {
    let Some(members) = schema.as_object_mut() else {
        return schema;
    };
    if let Some(Value::Array(values)) = members.get_mut("enum") {
        values.push(Value::Null);
    }
    if let Some(kind) = members.get_mut("type") {
        *kind = json!([kind.take(), "null"]);
        return schema;
    }
    if members.contains_key("not") {
        return json!({"type": "null"});
    }
    json!({"anyOf": [schema, {"type": "null"}]})
}

fn list_schema(list: &List, null: Null) -> Value {
    let mut schema =
        json!({"type": "array", "items": schema_of(&list.of, null), "maxItems": list.max});
    if list.min > 0 {
        insert(&mut schema, "minItems", json!(list.min));
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
    if let Some(listed) = text.listed {
        insert(&mut schema, "enum", json!(listed));
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

#[cfg(test)]
mod tests {
    use super::*;

    static WORDS: List = List {
        of: Kind::Text(Text::at_most(5).listed(&["a", "b"])),
        min: 1,
        max: 3,
    };
    static INNER: Object = Object::named("Inner", "", &[&[Field::optional("x", Kind::Boolean)]]);
    static OUTER: Object = Object::named(
        "Outer",
        "",
        &[&[
            Field::required("must", Kind::TEXT),
            Field::always("id", Kind::TEXT),
            Field::optional("may", Kind::OneOf(&["a"])),
            Field::optional("words", Kind::List(&WORDS)),
            Field::optional("inner", Kind::Object(&INNER)),
            Field::optional("later", Kind::Free).refused("not in this version"),
        ]],
    );

    #[test]
    fn null_stands_for_what_a_request_may_leave_out() {
        let schema = component(&OUTER, Null::IsNothing);
        let properties = &schema["properties"];
        assert_eq!(properties["must"]["type"], "string");
        assert_eq!(properties["id"]["type"], "string");
        assert_eq!(properties["may"]["type"], json!(["string", "null"]));
        assert_eq!(properties["may"]["enum"], json!(["a", null]));
        let reference = json!({"$ref": "#/components/schemas/Inner"});
        let either = json!({"anyOf": [reference, {"type": "null"}]});
        assert_eq!(properties["inner"], either);
        assert_eq!(properties["later"], json!({"type": "null"}));
    }

    #[test]
    fn answers_have_no_null() {
        let schema = component(&OUTER, Null::IsRefused);
        let properties = &schema["properties"];
        assert_eq!(properties["may"]["type"], "string");
        assert_eq!(properties["later"], json!({"not": {}}));
        let words = &properties["words"];
        assert_eq!(
            (&words["minItems"], &words["maxItems"]),
            (&json!(1), &json!(3))
        );
        assert_eq!(words["items"]["enum"], json!(["a", "b"]));
    }
}
