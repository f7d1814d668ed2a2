//! The sentences of a check: what was wrong, and what is allowed.

use crate::json::Value;

use super::kind::Kind;
use super::object::Object;

/// Longest text of the caller's that is quoted back, in characters.
const SHOWN_MAX: usize = 60;

pub(super) fn required(name: &str, kind: &Kind, is_null: bool) -> String {
    let what = if is_null {
        "is null, but required"
    } else {
        "is required"
    };
    match kind {
        Kind::OneOf(allowed) => format!("{name} {what}; allowed are {}", allowed.join(", ")),
        _ => format!("{name} {what}"),
    }
}

pub(super) fn wrong_type(name: &str, kind: &Kind, value: &Value<'_>) -> String {
    let wanted = match kind {
        Kind::OneOf(allowed) => format!("allowed are {}", allowed.join(", ")),
        _ => format!("{} is expected", kind.noun()),
    };
    let found = match kind {
        // A number that is not whole is no other type to the reader.
        Kind::Integer { .. } if value.kind() == "a number" => shown(value.text),
        _ => value.kind().to_owned(),
    };
    format!("{name} is {found}; {wanted}")
}

pub(super) fn not_allowed(name: &str, found: &str, allowed: &[&str]) -> String {
    format!(
        "{name} is {:?}; allowed are {}",
        shown(found),
        allowed.join(", ")
    )
}

pub(super) fn too_short(name: &str, length: usize, min: usize) -> String {
    let needed = format!(
        "at least {} needed",
        counted(min, "character is", "characters are")
    );
    if length == 0 {
        return format!("{name} is empty; {needed}");
    }
    format!(
        "{name} has {}; {needed}",
        counted(length, "character", "characters")
    )
}

pub(super) fn too_few(name: &str, count: usize, min: usize) -> String {
    let needed = counted(min, "item is", "items are");
    let found = counted(count, "item", "items");
    format!("{name} has {found}; at least {needed} needed")
}

pub(super) fn too_many(name: &str, count: usize, one: &str, several: &str, max: usize) -> String {
    let verb = if max == 1 { "is" } else { "are" };
    format!(
        "{name} has {}; at most {} {verb} allowed",
        counted(count, one, several),
        grouped(max)
    )
}

pub(super) fn pattern(name: &str, found: &str, words: &str) -> String {
    format!("{name} is {:?}; it must be {words}", shown(found))
}

pub(super) fn too_deep(name: &str, max: usize) -> String {
    format!("{name} is nested deeper than the {max} levels that are allowed")
}

pub(super) fn out_of_range(name: &str, found: &str, min: i64, max: i64) -> String {
    let allowed = match (min, max) {
        (min, i64::MAX) => format!("at least {min} is allowed"),
        (i64::MIN, max) => format!("at most {max} is allowed"),
        (min, max) => format!("{min} to {max} is allowed"),
    };
    format!("{name} is {}; {allowed}", shown(found))
}

pub(super) fn unknown(name: &str, object: &Object) -> String {
    let fields = object.fields().filter(|field| !field.is_read_only);
    let known: Vec<_> = fields.map(|field| field.name).collect();
    format!("{name} is not known here; known are {}", known.join(", "))
}

fn shown(text: &str) -> String {
    crate::json::shorten(text, SHOWN_MAX)
}

fn counted(count: usize, one: &str, several: &str) -> String {
    format!(
        "{} {}",
        grouped(count),
        if count == 1 { one } else { several }
    )
}

/// `12345` as `12,345`.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_nouns_agree() {
        let long = too_many("description", 1_024, "character", "characters", 1_000);
        assert_eq!(
            long,
            "description has 1,024 characters; at most 1,000 are allowed"
        );
        assert_eq!(
            too_short("event", 0, 1),
            "event is empty; at least 1 character is needed"
        );
        assert_eq!(
            too_short("code", 1, 2),
            "code has 1 character; at least 2 characters are needed"
        );
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(
            out_of_range("limit", "0", 1, 100),
            "limit is 0; 1 to 100 is allowed"
        );
        assert_eq!(
            out_of_range("size", "0", 1, i64::MAX),
            "size is 0; at least 1 is allowed"
        );
    }
}
