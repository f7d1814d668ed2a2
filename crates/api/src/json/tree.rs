//! The tree of a JSON text: each value with the text that it was read from.

use std::borrow::Cow;

/// One value and its text.
#[derive(Clone, Debug)]
pub struct Value<'a> {
    /// The text as it came, without white space around it.
    pub text: &'a str,
    /// What it says.
    pub content: Content<'a>,
}

/// What a value says. Numbers stay text: no type normalises them.
#[derive(Clone, Debug)]
pub enum Content<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, to be read from the text.
    Number,
    /// A text without its escapes.
    Text(Cow<'a, str>),
    /// The items of a list.
    List(Vec<Value<'a>>),
    /// The members of an object, in the order sent.
    Object(Vec<Member<'a>>),
    /// A problem was reported here already: nothing further is said about it.
    Unreadable,
    /// Deeper than the reader goes; reported already.
    TooDeep,
}

/// One member of an object.
#[derive(Clone, Debug)]
pub struct Member<'a> {
    /// The key as it came, with its quotes.
    pub key_text: &'a str,
    /// The key without its escapes.
    pub key: Cow<'a, str>,
    /// The value.
    pub value: Value<'a>,
}

impl<'a> Value<'a> {
    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.content, Content::Null)
    }

    /// The first member of this name, if this is an object that has it.
    #[must_use]
    pub fn member(&self, key: &str) -> Option<&Member<'a>> {
        match &self.content {
            Content::Object(members) => members.iter().find(|member| member.key == key),
            _ => None,
        }
    }

    /// What it is, for a sentence: "a text", "a number".
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.content {
            Content::Null => "null",
            Content::Boolean(_) => "a boolean",
            Content::Number => "a number",
            Content::Text(_) => "a text",
            Content::List(_) => "a list",
            Content::Object(_) => "an object",
            Content::Unreadable => "unreadable",
            Content::TooDeep => "too deep",
        }
    }

    /// Levels of objects and lists, itself included; more than `limit` is told as `limit + 1`.
    #[must_use]
    pub fn levels(&self, limit: usize) -> usize {
        let below = |values: &mut dyn Iterator<Item = &Value<'a>>| match limit {
            0 => 1,
            _ => {
                1 + values
                    .map(|value| value.levels(limit - 1))
                    .max()
                    .unwrap_or(0)
            }
        };
        match &self.content {
            Content::List(items) => below(&mut items.iter()),
            Content::Object(members) => below(&mut members.iter().map(|member| &member.value)),
            Content::TooDeep => limit + 1,
            _ => 0,
        }
    }

    /// Keys of all objects in it, on all levels together.
    #[must_use]
    pub fn keys(&self) -> usize {
        match &self.content {
            Content::List(items) => items.iter().map(Value::keys).sum(),
            Content::Object(members) => {
                members.len()
                    + members
                        .iter()
                        .map(|member| member.value.keys())
                        .sum::<usize>()
            }
            _ => 0,
        }
    }
}
