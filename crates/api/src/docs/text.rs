//! Small pieces that all parts of the page use.

use maud::{Markup, html};

use crate::operation::Method;
use crate::shape::{Kind, Text};

use super::kinds;

/// Paragraphs parted by empty lines, with `code` in backticks.
pub(super) fn paragraphs(text: &str) -> Markup {
    html! { @for paragraph in text.split("\n\n") { p { (inline(paragraph)) } } }
}

/// A sentence with `code` in backticks.
pub(super) fn inline(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index.is_multiple_of(2) { (part) } @else { code { (part) } }
        }
    }
}

/// The coloured word of a method.
pub(super) fn method(method: Method) -> Markup {
    let word = method.as_str();
    html! { span class={ "method " (word.to_ascii_lowercase()) } { (word) } }
}

/// A status as a coloured pill.
pub(super) fn status(status: u16) -> Markup {
    let class = match status {
        200..=299 => "status good",
        300..=499 => "status refused",
        _ => "status fault",
    };
    html! { span class=(class) { (status) } }
}

/// What a value may be, in words.
pub(super) fn kind(kind: &Kind) -> Markup {
    match kind {
        Kind::Text(rules) => text_kind(rules),
        Kind::OneOf([only]) => html! { "always " code { (only) } },
        Kind::OneOf(allowed) => html! {
            "one of " span.choices { @for word in *allowed { code { (word) } " " } }
        },
        Kind::Integer { min, max: i64::MAX } => html! { "whole number from " (min) },
        Kind::Integer { min, max } => html! { "whole number, " (min) " to " (max) },
        Kind::Number => html! { "number" },
        Kind::Boolean => html! { "true or false" },
        Kind::List(list) => html! { "list of " (self::kind(&list.of)) },
        Kind::Map(of) => html! { "object of any keys, each " (self::kind(of)) },
        Kind::Free => html! { "object of any keys" },
        Kind::Object(object) if object.name.is_empty() => html! { "object" },
        Kind::Object(object) => {
            html! { a href={ "#" (slug("model", object.name)) } { (object.name) } }
        }
    }
}

fn text_kind(rules: &Text) -> Markup {
    let length = kinds::length(rules);
    let pattern = rules.rule.and_then(|rule| rule.regex);
    html! {
        (rules.format.unwrap_or("text")) (length)
        @if let Some(pattern) = pattern { ", matching " code.pattern { (pattern) } }
    }
}

/// A name for an anchor: `model-address`.
pub(super) fn slug(prefix: &str, name: &str) -> String {
    let name = name.to_ascii_lowercase().replace([' ', '_'], "-");
    format!("{prefix}-{name}")
}
