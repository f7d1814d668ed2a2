//! The fields of models: nested where a caller writes them, each model once where they are answered.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::operation::Operation;
use crate::shape::{Field, Kind, Object, components};

use super::text;

/// All models with a name, each once.
pub(super) fn section(operations: &[&Operation]) -> Markup {
    let models = models_of(operations);
    html! {
        section.tag {
            div.lead {
                h2 #models { "Models" }
                p { "What stands in bodies. Fields marked read-only are set by the server and ignored in requests." }
            }
            div.models {
                @for (name, object) in models { (model(name, object)) }
            }
        }
    }
}

/// The models that operations take and answer, by name.
pub(super) fn models_of(operations: &[&Operation]) -> BTreeMap<&'static str, &'static Object> {
    let mut models = BTreeMap::new();
    for operation in operations {
        if let Some(body) = operation.body {
            components(&Kind::Object(body.shape), &mut models);
            body.form
                .iter()
                .for_each(|form| components(&Kind::Object(form), &mut models));
        }
        for answer in operation.answers {
            answer
                .shape
                .iter()
                .for_each(|shape| components(shape, &mut models));
        }
    }
    models
}

fn model(name: &str, object: &Object) -> Markup {
    html! {
        details.model open[name == "AccountConnectionEvent"] {
            summary { span.title { (name) } span.about { (object.about) } }
            // A link to a place inside opens it.
            div.inside #(text::slug("model", name)) { (fields(object.fields(), false)) }
        }
    }
}

/// What a caller writes in a body, with everything inside.
pub(super) fn writable_fields(object: &Object) -> Markup {
    fields(object.fields().filter(|field| !field.is_read_only), true)
}

fn fields(fields: impl Iterator<Item = &'static Field>, is_nested: bool) -> Markup {
    html! { div.fields { @for field in fields { (row(field, is_nested)) } } }
}

fn row(field: &Field, is_nested: bool) -> Markup {
    html! {
        div.field {
            div.head {
                code.name { (field.name) }
                @if field.is_read_only { span.flag { "read-only" } }
                @else if field.is_required { span.flag.required { "required" } }
                @if field.is_deprecated { span.flag.deprecated { "deprecated" } }
                span.kind { (text::kind(&field.kind)) }
            }
            @if !field.about.is_empty() { p { (text::inline(field.about)) } }
            @if let Some(object) = object_in(&field.kind, is_nested) { (inner(object, is_nested)) }
        }
    }
}

fn inner(object: &Object, is_nested: bool) -> Markup {
    let known = object
        .fields()
        .filter(|field| !is_nested || !field.is_read_only);
    html! {
        details.inner {
            summary { "Fields of " @if object.name.is_empty() { "it" } @else { (object.name) } }
            (fields(known, is_nested))
        }
    }
}

/// The object that a field holds, where its fields are shown inside: always when it has no name of its own.
fn object_in(kind: &Kind, is_nested: bool) -> Option<&'static Object> {
    match kind {
        Kind::Object(object) if is_nested || object.name.is_empty() => Some(object),
        Kind::List(list) => object_in(&list.of, is_nested),
        Kind::Map(of) => object_in(of, is_nested),
        _ => None,
    }
}
