//! What a value may be.

use super::formats;
use super::object::Object;

/// Characters of a text whose shape says nothing else.
pub const TEXT_MAX: usize = 4_096;
/// Levels of a free object, itself included.
pub const FREE_LEVELS_MAX: usize = 32;
/// Keys of a free object, on all levels together.
pub const FREE_KEYS_MAX: usize = 256;

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A text.
    Text(Text),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A whole number in this range, ends included.
    Integer {
        /// The least that is allowed.
        min: i64,
        /// The most that is allowed.
        max: i64,
    },
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list.
    List(&'static List),
    /// An object of any keys whose values are all of one kind.
    Map(&'static Kind),
    /// An object of any keys and values, kept as the text that came.
    Free,
    /// An object with known fields.
    Object(&'static Object),
}

/// What is asked of a text. Lengths count characters, not bytes.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// Least number of characters.
    pub min: usize,
    /// Greatest number of characters.
    pub max: usize,
    /// How it must be written.
    pub rule: Option<Rule>,
    /// The `format` in the document, such as `date-time`.
    pub format: Option<&'static str>,
    /// The values in the document, where the check also takes older spellings of them.
    pub listed: Option<&'static [&'static str]>,
}

/// How a text must be written: for the document, for the check and for people.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The regular expression of the document, where one is published.
    pub regex: Option<&'static str>,
    /// Whether a text keeps the rule.
    pub holds: fn(&str) -> bool,
    /// What is allowed, to follow "it must be".
    pub words: &'static str,
}

/// What is asked of a list.
#[derive(Clone, Copy, Debug)]
pub struct List {
    /// Of each item.
    pub of: Kind,
    /// Least number of items in a request.
    pub min: usize,
    /// Greatest number of items.
    pub max: usize,
}

impl Kind {
    /// Any text of ordinary length.
    pub const TEXT: Self = Self::Text(Text::ANY);
    /// A moment in UTC or with an offset, as RFC 3339 writes it.
    pub const DATE_TIME: Self = Self::Text(
        Text::at_most(64)
            .rule(formats::DATE_TIME)
            .format("date-time"),
    );
    /// An absolute address.
    pub const URI: Self = Self::Text(Text::at_most(2_048).rule(formats::URI).format("uri"));
    /// A UUID with hyphens.
    pub const UUID: Self = Self::Text(Text::at_most(36).rule(formats::UUID).format("uuid"));
    /// A phone number, with or without `+`.
    pub const PHONE: Self = Self::Text(Text::at_most(16).rule(formats::PHONE));

    /// A text of at most this many characters.
    #[must_use]
    pub const fn text(max: usize) -> Self {
        Self::Text(Text::at_most(max))
    }

    /// What it is, for a sentence.
    #[must_use]
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::OneOf(_) => "a text",
            Self::Integer { .. } => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::List(_) => "a list",
            Self::Map(_) | Self::Free | Self::Object(_) => "an object",
        }
    }
}

impl Text {
    /// Any text of ordinary length.
    pub const ANY: Self = Self::at_most(TEXT_MAX);

    /// At most this many characters.
    #[must_use]
    pub const fn at_most(max: usize) -> Self {
        Self::between(0, max)
    }

    /// From `min` to `max` characters.
    #[must_use]
    pub const fn between(min: usize, max: usize) -> Self {
        Self {
            min,
            max,
            rule: None,
            format: None,
            listed: None,
        }
    }

    /// Written as this rule says.
    #[must_use]
    pub const fn rule(mut self, rule: Rule) -> Self {
        self.rule = Some(rule);
        self
    }

    /// With these values in the document; the check is elsewhere.
    #[must_use]
    pub const fn listed(mut self, values: &'static [&'static str]) -> Self {
        self.listed = Some(values);
        self
    }

    /// With this `format` in the document.
    #[must_use]
    pub const fn format(mut self, format: &'static str) -> Self {
        self.format = Some(format);
        self
    }
}
