//! The way to a value, as a chain on the stack: nothing is written out until a problem needs it.

use std::fmt::Write;

/// Longest pointer in an answer; a place deeper than that is told by its nearest ancestor.
const POINTER_MAX: usize = 512;
/// Longest name of a place in a message, in characters.
const NAME_MAX: usize = 80;

/// The way from the root of a body to one value in it.
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl Path<'_> {
    /// The whole body.
    pub const ROOT: Path<'static> = Path {
        parent: None,
        step: Step::Root,
    };

    /// The member of this name.
    #[must_use]
    pub const fn key<'b>(&'b self, key: &'b str) -> Path<'b> {
        Path {
            parent: Some(self),
            step: Step::Key(key),
        }
    }

    /// The item at this position.
    #[must_use]
    pub const fn index(&self, index: usize) -> Path<'_> {
        Path {
            parent: Some(self),
            step: Step::Index(index),
        }
    }

    /// The JSON pointer (RFC 6901): `/company/address/country`.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in self.steps() {
            let before = pointer.len();
            pointer.push('/');
            match step {
                Step::Root => {}
                Step::Key(key) => push_escaped(&mut pointer, key),
                Step::Index(index) => push_number(&mut pointer, index),
            }
            if pointer.len() > POINTER_MAX {
                pointer.truncate(before);
                break;
            }
        }
        pointer
    }

    /// The name in a sentence: `company.address.country`, or `the body`.
    #[must_use]
    pub fn name(&self) -> String {
        let mut name = String::new();
        for step in self.steps() {
            match step {
                Step::Root => {}
                Step::Key(key) => {
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(key);
                }
                Step::Index(index) => {
                    name.push('[');
                    push_number(&mut name, index);
                    name.push(']');
                }
            }
        }
        if name.is_empty() {
            "the body".to_owned()
        } else {
            shorten(&name, NAME_MAX)
        }
    }

    fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        let mut steps = Vec::new();
        let mut at = Some(self);
        while let Some(path) = at {
            if path.parent.is_some() {
                steps.push(path.step);
            }
            at = path.parent;
        }
        steps.into_iter().rev()
    }
}

/// The text, or its beginning and an ellipsis.
pub(crate) fn shorten(text: &str, characters_max: usize) -> String {
    match text.char_indices().nth(characters_max) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

fn push_escaped(pointer: &mut String, key: &str) {
    for character in key.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

fn push_number(text: &mut String, number: usize) {
    // Writing to a String cannot fail.
    let _ = write!(text, "{number}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_escapes_what_rfc_6901_says() {
        let company = Path::ROOT.key("a/b");
        let tilde = company.key("~x");
        assert_eq!(tilde.index(3).pointer(), "/a~1b/~0x/3");
        assert_eq!(Path::ROOT.pointer(), "");
        assert_eq!(Path::ROOT.key("").pointer(), "/");
    }

    #[test]
    fn a_name_reads_as_in_a_sentence() {
        let list = Path::ROOT
            .key("company")
            .key("terms")
            .index(0)
            .key("href")
            .name();
        assert_eq!(list, "company.terms[0].href");
        assert_eq!(Path::ROOT.name(), "the body");
    }

    #[test]
    fn long_places_are_cut() {
        let long = "k".repeat(400);
        let outer = Path::ROOT.key(&long);
        assert_eq!(outer.key(&long).pointer(), outer.pointer());
        assert_eq!(outer.name().chars().count(), NAME_MAX + 1);
    }
}
