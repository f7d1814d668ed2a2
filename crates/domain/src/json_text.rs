//! JSON given by a caller, kept as the text that came.

use std::fmt;

/// A JSON text, already checked by whoever made it; the rules carry it and never look inside.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct JsonText(Box<str>);

impl JsonText {
    /// Takes a text that is known to be JSON.
    #[must_use]
    pub fn from_checked(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text as it came: its key order, number text and inner white space.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for JsonText {
    /// Says only how long it is: the text may hold personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonText({} bytes)", self.0.len())
    }
}
