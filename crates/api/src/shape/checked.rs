//! A body that passed its check: the ways to read it.

use crate::json::{Content, Value};

use super::check::whole_number;
use super::kind::Kind;
use super::object::Object;

/// A request body that passed the check of its model.
///
/// Fields are named by their path: `status`, `company.address.country`. Only what the caller may write is seen: a
/// read-only or unknown member is as if it had not been sent, and so is `null`.
#[derive(Clone, Debug)]
pub struct Checked<'a> {
    object: &'static Object,
    root: Value<'a>,
}

impl<'a> Checked<'a> {
    pub(super) fn new(object: &'static Object, root: Value<'a>) -> Self {
        Self { object, root }
    }

    /// A required text; empty only if the model does not require it.
    #[must_use]
    pub fn text(&self, path: &str) -> &str {
        self.optional_text(path).unwrap_or_default()
    }

    /// A text that may be missing.
    #[must_use]
    pub fn optional_text(&self, path: &str) -> Option<&str> {
        text_of(self.find(path)?)
    }

    /// The texts of a list; none if it is missing.
    #[must_use]
    pub fn texts(&self, path: &str) -> Vec<&str> {
        match self.find(path).map(|value| &value.content) {
            Some(Content::List(items)) => items.iter().filter_map(text_of).collect(),
            _ => Vec::new(),
        }
    }

    /// A whole number that may be missing.
    #[must_use]
    pub fn integer(&self, path: &str) -> Option<i64> {
        let value = self.find(path)?;
        if matches!(value.content, Content::Number) {
            whole_number(value.text)
        } else {
            None
        }
    }

    /// A boolean that may be missing.
    #[must_use]
    pub fn boolean(&self, path: &str) -> Option<bool> {
        match self.find(path)?.content {
            Content::Boolean(boolean) => Some(boolean),
            _ => None,
        }
    }

    /// The JSON text of a value, exactly as it came.
    #[must_use]
    pub fn raw(&self, path: &str) -> Option<&'a str> {
        self.find(path).map(|value| value.text)
    }

    /// Whether something was sent there.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    /// A JSON text of what the caller may write and nothing else, in the order sent, each value as it came.
    #[must_use]
    pub fn writable_text(&self) -> String {
        let mut text = String::with_capacity(self.root.text.len());
        write_object(&mut text, self.object, &self.root);
        text
    }

    /// As [`Self::writable_text`], of one object inside.
    #[must_use]
    pub fn writable_text_of(&self, path: &str) -> Option<String> {
        let (kind, value) = self.find_with_kind(path)?;
        let mut text = String::with_capacity(value.text.len());
        write_value(&mut text, &kind, value);
        Some(text)
    }

    fn find(&self, path: &str) -> Option<&Value<'a>> {
        self.find_with_kind(path).map(|(_, value)| value)
    }

    fn find_with_kind(&self, path: &str) -> Option<(Kind, &Value<'a>)> {
        let mut kind = Kind::Object(self.object);
        let mut value = &self.root;
        for name in path.split('.') {
            let Kind::Object(object) = kind else {
                return None;
            };
            let field = object.field(name).filter(|field| !field.is_read_only)?;
            kind = field.kind;
            value = &value.member(name)?.value;
        }
        if value.is_null() {
            None
        } else {
            Some((kind, value))
        }
    }
}

fn text_of<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    match &value.content {
        Content::Text(text) => Some(text),
        _ => None,
    }
}

fn write_value(text: &mut String, kind: &Kind, value: &Value<'_>) {
    match (kind, &value.content) {
        (Kind::Object(object), Content::Object(_)) => write_object(text, object, value),
        (Kind::List(list), Content::List(items)) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_value(text, &list.of, item);
            }
            text.push(']');
        }
        _ => text.push_str(value.text),
    }
}

fn write_object(text: &mut String, object: &Object, value: &Value<'_>) {
    let Content::Object(members) = &value.content else {
        return;
    };
    text.push('{');
    let mut is_first = true;
    for member in members.iter().filter(|member| !member.value.is_null()) {
        let Some(field) = object
            .field(&member.key)
            .filter(|field| !field.is_read_only)
        else {
            continue;
        };
        if !is_first {
            text.push(',');
        }
        is_first = false;
        text.push_str(member.key_text);
        text.push(':');
        write_value(text, &field.kind, &member.value);
    }
    text.push('}');
}
