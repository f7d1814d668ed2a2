//! Holding a JSON text against a model, and finding everything that is wrong with it.

use crate::error::{Problem, ProblemCode, Problems};
use crate::json::{Content, Member, Path, Value, read};

use super::checked::Checked;
use super::kind::{FREE_KEYS_MAX, FREE_LEVELS_MAX, Kind, List, Text};
use super::messages;
use super::object::{Field, Object};

/// What happens to members that the model does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// They are ignored.
    Lenient,
    /// They are problems.
    Strict,
}

/// Reads and checks the body of a request. Read-only fields in it are ignored.
///
/// # Errors
///
/// Every problem of the body, in the order of the text and then of the model.
pub fn check<'a>(
    object: &'static Object,
    body: &'a [u8],
    strictness: Strictness,
) -> Result<Checked<'a>, Vec<Problem>> {
    let mut problems = Problems::default();
    let root = read(body, &mut problems);
    if let Some(root) = &root {
        let mut checker = Checker {
            problems: &mut problems,
            strictness,
            is_answer: false,
        };
        checker.value(&Kind::Object(object), root, &Path::ROOT);
    }
    match root {
        Some(root) if problems.is_empty() => Ok(Checked::new(object, root)),
        _ => Err(problems.into_vec()),
    }
}

/// Checks an answer of ours against its model. Read-only fields belong to it; nothing limits free objects.
///
/// # Errors
///
/// Every difference.
pub fn check_answer(kind: &Kind, body: &[u8], strictness: Strictness) -> Result<(), Vec<Problem>> {
    let mut problems = Problems::default();
    if let Some(root) = read(body, &mut problems) {
        let mut checker = Checker {
            problems: &mut problems,
            strictness,
            is_answer: true,
        };
        checker.value(kind, &root, &Path::ROOT);
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.into_vec())
    }
}

/// Checks a text that stands in a path, a query or a form, where numbers have no quotes to tell them from texts.
///
/// # Errors
///
/// The first problem, as its code and sentence.
pub fn check_text(name: &str, kind: &Kind, text: &str) -> Result<(), (ProblemCode, String)> {
    let mut problems = Problems::default();
    let mut checker = Checker {
        problems: &mut problems,
        strictness: Strictness::Strict,
        is_answer: false,
    };
    let path = Path::ROOT.key(name);
    match kind {
        Kind::Text(rules) => checker.text(rules, text, &path),
        Kind::OneOf(allowed) => checker.one_of(allowed, text, &path),
        Kind::List(list) => match list.of {
            Kind::Text(rules) => checker.text(&rules, text, &path),
            Kind::OneOf(allowed) => checker.one_of(allowed, text, &path),
            _ => {}
        },
        _ => {
            let content = match text {
                "true" | "false" => Content::Boolean(text == "true"),
                _ if text.parse::<f64>().is_ok_and(f64::is_finite) => Content::Number,
                _ => Content::Text(text.into()),
            };
            let is_number = matches!(content, Content::Number);
            let value = Value { text, content };
            // `1e2` and `5.0` are whole numbers in a body; here they would be read by a plain parser.
            let is_plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-'));
            if is_number && !is_plain && matches!(kind, Kind::Integer { .. }) {
                checker.problem(&path, ProblemCode::WrongType, |name| {
                    messages::wrong_type(name, kind, &value)
                });
            } else {
                checker.value(kind, &value, &path);
            }
        }
    }
    match problems.into_vec().into_iter().next() {
        Some(problem) => Err((problem.code, problem.message)),
        None => Ok(()),
    }
}

struct Checker<'p> {
    problems: &'p mut Problems,
    strictness: Strictness,
    is_answer: bool,
}

impl Checker<'_> {
    fn value(&mut self, kind: &Kind, value: &Value<'_>, path: &Path<'_>) {
        match (kind, &value.content) {
            // Reported by the reader already.
            (_, Content::Unreadable) => {}
            (Kind::Free | Kind::Map(_) | Kind::List(_) | Kind::Object(_), Content::TooDeep) => {}
            (Kind::Text(rules), Content::Text(text)) => self.text(rules, text, path),
            (Kind::OneOf(allowed), Content::Text(text)) => self.one_of(allowed, text, path),
            (Kind::Integer { min, max }, Content::Number) => {
                self.integer(kind, *min, *max, value, path);
            }
            (Kind::Number, Content::Number) | (Kind::Boolean, Content::Boolean(_)) => {}
            (Kind::List(list), Content::List(items)) => self.list(list, items, path),
            (Kind::Map(kind), Content::Object(members)) => self.map(kind, members, path),
            (Kind::Free, Content::Object(_)) => self.free(value, path),
            (Kind::Object(object), Content::Object(members)) => self.object(object, members, path),
            _ => self.problem(path, ProblemCode::WrongType, |name| {
                messages::wrong_type(name, kind, value)
            }),
        }
    }

    fn text(&mut self, rules: &Text, text: &str, path: &Path<'_>) {
        let Text { min, max, rule, .. } = *rules;
        // The rule says more than a length does, so it speaks first.
        if let Some(rule) = rule.filter(|rule| !(rule.holds)(text)) {
            return self.problem(path, ProblemCode::Pattern, |name| {
                messages::pattern(name, text, rule.words)
            });
        }
        // A character has one byte at least: a text of few bytes need not be counted.
        let length = if text.len() > max {
            text.chars().count()
        } else {
            0
        };
        if length > max {
            self.problem(path, ProblemCode::TooLong, |name| {
                messages::too_many(name, length, "character", "characters", max)
            });
        }
        let length = text.chars().take(min).count();
        if length < min {
            self.problem(path, ProblemCode::TooShort, |name| {
                messages::too_short(name, length, min)
            });
        }
    }

    fn one_of(&mut self, allowed: &[&str], text: &str, path: &Path<'_>) {
        if !allowed.contains(&text) {
            self.problem(path, ProblemCode::NotAllowed, |name| {
                messages::not_allowed(name, text, allowed)
            });
        }
    }

    fn integer(&mut self, kind: &Kind, min: i64, max: i64, value: &Value<'_>, path: &Path<'_>) {
        match whole_number(value.text) {
            None => self.problem(path, ProblemCode::WrongType, |name| {
                messages::wrong_type(name, kind, value)
            }),
            Some(number) if number < min || number > max => {
                self.problem(path, ProblemCode::OutOfRange, |name| {
                    messages::out_of_range(name, value.text, min, max)
                });
            }
            Some(_) => {}
        }
    }

    fn list(&mut self, list: &List, items: &[Value<'_>], path: &Path<'_>) {
        if items.len() > list.max && !self.is_answer {
            self.problem(path, ProblemCode::TooManyItems, |name| {
                messages::too_many(name, items.len(), "item", "items", list.max)
            });
        }
        if items.len() < list.min && !self.is_answer {
            self.problem(path, ProblemCode::TooShort, |name| {
                messages::too_few(name, items.len(), list.min)
            });
        }
        for (index, item) in items.iter().enumerate() {
            self.value(&list.of, item, &path.index(index));
        }
    }

    fn map(&mut self, kind: &Kind, members: &[Member<'_>], path: &Path<'_>) {
        if members.len() > FREE_KEYS_MAX && !self.is_answer {
            self.problem(path, ProblemCode::TooManyKeys, |name| {
                messages::too_many(name, members.len(), "key", "keys", FREE_KEYS_MAX)
            });
        }
        for member in members {
            self.value(kind, &member.value, &path.key(&member.key));
        }
    }

    fn free(&mut self, value: &Value<'_>, path: &Path<'_>) {
        if self.is_answer {
            return;
        }
        if value.levels(FREE_LEVELS_MAX) > FREE_LEVELS_MAX {
            self.problem(path, ProblemCode::TooDeep, |name| {
                messages::too_deep(name, FREE_LEVELS_MAX)
            });
        }
        let keys = value.keys();
        if keys > FREE_KEYS_MAX {
            self.problem(path, ProblemCode::TooManyKeys, |name| {
                let several = "keys in all levels together";
                messages::too_many(name, keys, several, several, FREE_KEYS_MAX)
            });
        }
    }

    fn object(&mut self, object: &'static Object, members: &[Member<'_>], path: &Path<'_>) {
        let is_answer = self.is_answer;
        for field in object
            .fields()
            .filter(|field| is_answer || !field.is_read_only)
        {
            self.field(field, members, &path.key(field.name));
        }
        if self.strictness == Strictness::Strict {
            for member in members
                .iter()
                .filter(|member| object.field(&member.key).is_none())
            {
                self.problem(&path.key(&member.key), ProblemCode::UnknownMember, |name| {
                    messages::unknown(name, object)
                });
            }
        }
    }

    fn field(&mut self, field: &Field, members: &[Member<'_>], path: &Path<'_>) {
        let member = members.iter().find(|member| member.key == field.name);
        match member.map(|member| &member.value) {
            Some(value) if !value.is_null() => match field.refused.filter(|_| !self.is_answer) {
                Some(why) => self.problem(path, ProblemCode::NotAllowed, |_| why.to_owned()),
                None => self.value(&field.kind, value, path),
            },
            found if field.is_required => {
                self.problem(path, ProblemCode::Required, |name| {
                    messages::required(name, &field.kind, found.is_some())
                });
            }
            _ => {}
        }
    }

    fn problem(
        &mut self,
        path: &Path<'_>,
        code: ProblemCode,
        message: impl FnOnce(&str) -> String,
    ) {
        self.problems
            .push(Problem::at(path.pointer(), code, message(&path.name())));
    }
}

/// The number if it is whole, also when it is written `10.0` or `1e2`.
pub(super) fn whole_number(text: &str) -> Option<i64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let number: f64 = text.parse().ok()?;
    // Up to here every whole number has a float of its own.
    let is_exact = number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0;
    if is_exact {
        format!("{number:.0}").parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
