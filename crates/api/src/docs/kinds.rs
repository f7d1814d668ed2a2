//! What a value may be, in the words of the Markdown page.

use crate::shape::{Kind, TEXT_MAX, Text, grouped};

use super::markdown;

pub(super) fn text(kind: &Kind) -> String {
    match kind {
        Kind::Text(rules) => text_rules(rules),
        Kind::OneOf([only]) => format!("always `{only}`"),
        Kind::OneOf(allowed) => {
            let words: Vec<_> = allowed.iter().map(|word| format!("`{word}`")).collect();
            format!("one of {}", words.join(", "))
        }
        Kind::Integer { min, max: i64::MAX } => format!("whole number from {min}"),
        Kind::Integer { min, max } => format!("whole number, {min} to {max}"),
        Kind::Number => "number".to_owned(),
        Kind::Boolean => "true or false".to_owned(),
        Kind::List(list) => format!("list of {}", text(&list.of)),
        Kind::Map(of) => format!("object of any keys, each {}", text(of)),
        Kind::Free => "object of any keys".to_owned(),
        Kind::Object(object) if object.name.is_empty() => "object".to_owned(),
        Kind::Object(object) => format!("[{}](#{})", object.name, markdown::anchor(object.name)),
    }
}

fn text_rules(rules: &Text) -> String {
    let length = length(rules);
    let pattern = rules.rule.and_then(|rule| rule.regex);
    let pattern = pattern.map_or(String::new(), |pattern| format!(", matching `{pattern}`"));
    format!("{}{length}{pattern}", rules.format.unwrap_or("text"))
}

/// How long a text may be, with a comma in front; nothing where that goes without saying.
pub(super) fn length(rules: &Text) -> String {
    match (rules.min, rules.max) {
        _ if rules.format.is_some() => String::new(),
        (0, TEXT_MAX) => String::new(),
        (0, max) => format!(", at most {} characters", grouped(max)),
        (min, max) if min == max => format!(", {max} characters"),
        (min, max) => format!(", {min} to {} characters", grouped(max)),
    }
}
