//! The bodies of an operation: what it takes, and what it answers.

use crate::shape::{Kind, Object};

/// The media type of nearly everything.
pub const JSON: &str = "application/json";
/// The media type of OAuth token requests.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// The body of a request.
#[derive(Clone, Copy, Debug)]
pub struct BodyDescription {
    /// The model.
    pub shape: &'static Object,
    /// The model of a form, where it is another one.
    pub form: Option<&'static Object>,
    /// Whether there must be one.
    pub is_required: bool,
    /// The media types that are read, with examples.
    pub media: &'static [Media],
}

impl BodyDescription {
    /// The model of a body of this media type.
    #[must_use]
    pub fn shape_in(&self, media_type: &str) -> &'static Object {
        match self.form {
            Some(form) if media_type == FORM => form,
            _ => self.shape,
        }
    }
}

/// One media type of a body.
#[derive(Clone, Copy, Debug)]
pub struct Media {
    /// Its name, such as [`JSON`].
    pub media_type: &'static str,
    /// Bodies to try.
    pub examples: &'static [Example],
}

/// A body to try.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// What it shows, in a word.
    pub name: &'static str,
    /// The bytes that are sent.
    pub text: &'static str,
}

/// One answer of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// What it says, in a sentence.
    pub about: &'static str,
    /// What is in the body; none if it is empty or no JSON.
    pub shape: Option<Kind>,
    /// The media type of the body; empty if there is none.
    pub media_type: &'static str,
    /// Headers worth knowing.
    pub headers: &'static [ResponseHeader],
    /// An example of the body.
    pub example: Option<&'static str>,
}

/// A header of an answer.
#[derive(Clone, Copy, Debug)]
pub struct ResponseHeader {
    /// Its name.
    pub name: &'static str,
    /// What stands there.
    pub kind: Kind,
    /// What it means.
    pub about: &'static str,
}

impl Answer {
    /// An answer with a JSON body.
    #[must_use]
    pub const fn json(
        status: u16,
        about: &'static str,
        shape: Kind,
        example: &'static str,
    ) -> Self {
        let (shape, example) = (Some(shape), Some(example));
        Self {
            status,
            about,
            shape,
            media_type: JSON,
            headers: &[],
            example,
        }
    }

    /// An answer with a body that no model describes, such as a page.
    #[must_use]
    pub const fn other(status: u16, about: &'static str, media_type: &'static str) -> Self {
        Self {
            status,
            about,
            shape: None,
            media_type,
            headers: &[],
            example: None,
        }
    }

    /// An answer without a body.
    #[must_use]
    pub const fn empty(status: u16, about: &'static str) -> Self {
        Self::other(status, about, "")
    }

    /// With these headers.
    #[must_use]
    pub const fn headers(mut self, headers: &'static [ResponseHeader]) -> Self {
        self.headers = headers;
        self
    }
}
