//! One thing that is wrong with a request, where it is, and how problems are gathered.
//!
//! A reader of the answer can mend everything in one go, so nothing stops at the first problem; only their number is
//! limited, lest a hostile body make a large answer.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// Problems listed in one answer; one more entry says that there were others.
pub const PROBLEMS_MAX: usize = 100;

/// What kind of problem it is: a stable word for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemCode {
    /// Missing, or `null`.
    Required,
    /// Not the JSON type that is asked for.
    WrongType,
    /// Not one of the values that are allowed.
    NotAllowed,
    /// Fewer characters than are needed.
    TooShort,
    /// More characters than are allowed.
    TooLong,
    /// Not written as it must be.
    Pattern,
    /// Objects and lists nested too deeply.
    TooDeep,
    /// An object of free keys with too many of them.
    TooManyKeys,
    /// A list with too many items.
    TooManyItems,
    /// A number below or above what is allowed.
    OutOfRange,
    /// An object with the same key twice.
    DuplicateKey,
    /// A text or key with the character U+0000.
    NulCharacter,
    /// A text or key with half of a surrogate pair.
    LoneSurrogate,
    /// Strict mode only: a member that the model does not have.
    UnknownMember,
    /// Not JSON, or not the syntax that is asked for.
    Malformed,
    /// Not UTF-8.
    InvalidUtf8,
    /// The note that there are more problems than are listed.
    TooManyProblems,
}

impl ProblemCode {
    /// All of them, with what they mean.
    pub const ALL: [(Self, &'static str); 17] = [
        (Self::Required, "It is missing, or `null`."),
        (
            Self::WrongType,
            "It has another JSON type than is asked for.",
        ),
        (
            Self::NotAllowed,
            "It is none of the values that are allowed.",
        ),
        (Self::TooShort, "It has fewer characters than are needed."),
        (Self::TooLong, "It has more characters than are allowed."),
        (Self::Pattern, "It is not written as it must be."),
        (Self::TooDeep, "Objects and lists are nested too deeply."),
        (
            Self::TooManyKeys,
            "An object of free keys has too many of them.",
        ),
        (Self::TooManyItems, "A list has too many items."),
        (
            Self::OutOfRange,
            "A number is below or above what is allowed.",
        ),
        (Self::DuplicateKey, "An object has the same key twice."),
        (
            Self::NulCharacter,
            "A text or a key holds the character U+0000.",
        ),
        (
            Self::LoneSurrogate,
            "A text or a key holds half of a surrogate pair.",
        ),
        (
            Self::UnknownMember,
            "With `Prefer: handling=strict` alone: the model has no such member.",
        ),
        (
            Self::Malformed,
            "It is not JSON, or not the syntax that is asked for.",
        ),
        (Self::InvalidUtf8, "It is not UTF-8."),
        (
            Self::TooManyProblems,
            "The last entry of a full list: there are more problems than are listed.",
        ),
    ];

    /// The word in the answer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::WrongType => "wrong_type",
            Self::NotAllowed => "not_allowed",
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::Pattern => "pattern",
            Self::TooDeep => "too_deep",
            Self::TooManyKeys => "too_many_keys",
            Self::TooManyItems => "too_many_items",
            Self::OutOfRange => "out_of_range",
            Self::DuplicateKey => "duplicate_key",
            Self::NulCharacter => "nul_character",
            Self::LoneSurrogate => "lone_surrogate",
            Self::UnknownMember => "unknown_member",
            Self::Malformed => "malformed",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::TooManyProblems => "too_many_problems",
        }
    }
}

/// Where in the request a problem is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A JSON pointer (RFC 6901) into the body; empty for the whole of it.
    Pointer(String),
    /// The name of a parameter in the path, the query or a form.
    Parameter(String),
    /// The name of a header.
    Header(String),
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// What kind it is.
    pub code: ProblemCode,
    /// A sentence for people: what was wrong, and what is allowed.
    pub message: String,
}

impl Problem {
    /// A problem in the body, at a JSON pointer.
    #[must_use]
    pub fn at(pointer: impl Into<String>, code: ProblemCode, message: impl Into<String>) -> Self {
        Self {
            place: Place::Pointer(pointer.into()),
            code,
            message: message.into(),
        }
    }

    /// A problem with a parameter of the path, the query or a form.
    #[must_use]
    pub fn parameter(name: &str, code: ProblemCode, message: impl Into<String>) -> Self {
        Self {
            place: Place::Parameter(name.to_owned()),
            code,
            message: message.into(),
        }
    }

    /// A problem with a header.
    #[must_use]
    pub fn header(name: &str, code: ProblemCode, message: impl Into<String>) -> Self {
        Self {
            place: Place::Header(name.to_owned()),
            code,
            message: message.into(),
        }
    }
}

impl Serialize for Problem {
    /// The text stands twice: a published plugin shows `description`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        match &self.place {
            Place::Pointer(pointer) => map.serialize_entry("pointer", pointer)?,
            Place::Parameter(name) => map.serialize_entry("parameter", name)?,
            Place::Header(name) => map.serialize_entry("header", name)?,
        }
        map.serialize_entry("code", self.code.as_str())?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("description", &self.message)?;
        map.end()
    }
}

/// The problems found so far, at most [`PROBLEMS_MAX`] of them.
#[derive(Debug, Default)]
pub struct Problems {
    listed: Vec<Problem>,
    left_out: usize,
}

impl Problems {
    /// Adds one, or only counts it when the list is full.
    pub fn push(&mut self, problem: Problem) {
        if self.listed.len() < PROBLEMS_MAX {
            self.listed.push(problem);
        } else {
            self.left_out += 1;
        }
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    /// The list, with a last entry about those left out.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<Problem> {
        if self.left_out > 0 {
            let message = format!(
                "only the first {PROBLEMS_MAX} problems are listed; there are {} more",
                self.left_out
            );
            self.listed
                .push(Problem::at("", ProblemCode::TooManyProblems, message));
        }
        self.listed
    }
}
