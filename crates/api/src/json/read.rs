//! From the bytes of a body to the tree of its values.
//!
//! `serde_json` checks the syntax once and cuts each level into the texts of its members; this file looks at what the
//! syntax allows and Kobling does not. It goes on after a problem, so that all are found together.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::path::{Path, shorten};
use super::tree::{Content, Member, Value};
use crate::error::{Problem, ProblemCode, Problems};

/// Levels of objects and lists in any body: the deepest free object, and room for what stands around it.
pub const LEVELS_MAX: usize = 40;
/// Objects up to this size are searched for duplicates pair by pair.
const SMALL_OBJECT: usize = 16;
/// Longest key quoted in a message, in characters.
const KEY_SHOWN_MAX: usize = 60;

/// Reads a body. `None` when there is no tree at all; `problems` then says why.
pub fn read<'a>(body: &'a [u8], problems: &mut Problems) -> Option<Value<'a>> {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => {
            let message = format!(
                "the body is not UTF-8: byte {} does not belong to a character",
                error.valid_up_to() + 1
            );
            problems.push(Problem::at("", ProblemCode::InvalidUtf8, message));
            return None;
        }
    };
    if text.trim_ascii().is_empty() {
        let message = "the body is empty; a JSON object is expected";
        problems.push(Problem::at("", ProblemCode::Required, message));
        return None;
    }
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => Some(Reader { problems }.value(raw.get(), &Path::ROOT, 1)),
        Err(error) => {
            problems.push(Problem::at(
                "",
                ProblemCode::Malformed,
                syntax_message(text, &error),
            ));
            None
        }
    }
}

/// `expected `,` or `}` at line 1 column 12`, in our words.
fn syntax_message(text: &str, error: &serde_json::Error) -> String {
    if text.starts_with('\u{feff}') {
        return "the body starts with a byte order mark; send the JSON without it".to_owned();
    }
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = error.to_string().replace(&place, "");
    let what = what.replace("EOF while parsing", "the body ends inside");
    format!(
        "the body is not JSON: {what}, at line {}, column {}",
        error.line(),
        error.column()
    )
}

struct Reader<'p> {
    problems: &'p mut Problems,
}

impl Reader<'_> {
    fn value<'a>(&mut self, text: &'a str, path: &Path<'_>, level: usize) -> Value<'a> {
        let content = match text.as_bytes().first() {
            Some(b'{' | b'[') if level > LEVELS_MAX => {
                let message = format!("the body is nested deeper than {LEVELS_MAX} levels");
                self.problem(path, ProblemCode::TooDeep, message);
                Content::TooDeep
            }
            Some(b'{') => self.object(text, path, level),
            Some(b'[') => self.list(text, path, level),
            Some(b'"') => match self.text(text, path, "") {
                Some(text) => Content::Text(text),
                None => Content::Unreadable,
            },
            Some(b't') => Content::Boolean(true),
            Some(b'f') => Content::Boolean(false),
            Some(b'n') => Content::Null,
            _ => Content::Number,
        };
        Value { text, content }
    }

    fn object<'a>(&mut self, text: &'a str, path: &Path<'_>, level: usize) -> Content<'a> {
        let Ok(Pairs(pairs)) = serde_json::from_str(text) else {
            return self.unreadable(path);
        };
        let mut members = Vec::with_capacity(pairs.len());
        for (key_text, value_text) in pairs {
            let key = self.text(key_text, path, "a key of ");
            let key = key.unwrap_or_else(|| Cow::Borrowed(without_quotes(key_text)));
            let value = self.value(value_text, &path.key(&key), level + 1);
            members.push(Member {
                key_text,
                key,
                value,
            });
        }
        self.report_duplicates(&members, path);
        Content::Object(members)
    }

    fn list<'a>(&mut self, text: &'a str, path: &Path<'_>, level: usize) -> Content<'a> {
        let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) else {
            return self.unreadable(path);
        };
        let items = items.into_iter().enumerate();
        let items = items.map(|(index, raw)| self.value(raw.get(), &path.index(index), level + 1));
        Content::List(items.collect())
    }

    /// A text or key without its escapes. Only an escape can write a NUL or half of a surrogate pair.
    fn text<'a>(&mut self, text: &'a str, path: &Path<'_>, what: &str) -> Option<Cow<'a, str>> {
        let inner = without_quotes(text);
        if !inner.contains('\\') {
            return Some(Cow::Borrowed(inner));
        }
        let Ok(unescaped) = serde_json::from_str::<String>(text) else {
            let message = format!(
                "{what}{} has half of a surrogate pair; write the whole pair or the character itself",
                path.name()
            );
            self.problem(path, ProblemCode::LoneSurrogate, message);
            return None;
        };
        if unescaped.contains('\0') {
            let message = format!(
                "{what}{} has the character U+0000, which is refused",
                path.name()
            );
            self.problem(path, ProblemCode::NulCharacter, message);
            return None;
        }
        Some(Cow::Owned(unescaped))
    }

    fn report_duplicates(&mut self, members: &[Member<'_>], path: &Path<'_>) {
        let mut seen = HashSet::new();
        for (index, member) in members.iter().enumerate() {
            let is_duplicate = if members.len() <= SMALL_OBJECT {
                members
                    .iter()
                    .take(index)
                    .any(|earlier| earlier.key == member.key)
            } else {
                !seen.insert(member.key.as_ref())
            };
            if is_duplicate {
                let key = shorten(&member.key, KEY_SHOWN_MAX);
                let message = format!("{} has the key {key:?} more than once", path.name());
                self.problem(&path.key(&member.key), ProblemCode::DuplicateKey, message);
            }
        }
    }

    /// Cannot happen after the syntax was checked; if it does, the body is refused and not half read.
    fn unreadable<'a>(&mut self, path: &Path<'_>) -> Content<'a> {
        self.problem(
            path,
            ProblemCode::Malformed,
            format!("{} cannot be read", path.name()),
        );
        Content::Unreadable
    }

    fn problem(&mut self, path: &Path<'_>, code: ProblemCode, message: String) {
        self.problems
            .push(Problem::at(path.pointer(), code, message));
    }
}

fn without_quotes(text: &str) -> &str {
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text)
}

/// The members of one object as texts, duplicates included.
struct Pairs<'a>(Vec<(&'a str, &'a str)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            pairs.push((key.get(), value.get()));
        }
        Ok(Pairs(pairs))
    }
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
