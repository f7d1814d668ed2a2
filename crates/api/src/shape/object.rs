//! An object with known fields.

use super::kind::Kind;

/// A model: an object with known fields. Declare it as a `static`, so that it has one address.
#[derive(Clone, Copy, Debug)]
pub struct Object {
    /// Its name among the schemas of the document; empty for one that stands where it is used.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// Its fields, as lists laid side by side: a model made of several parts is still one flat object.
    pub parts: &'static [&'static [Field]],
}

/// One field of a model.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What may stand there.
    pub kind: Kind,
    /// Whether it must be there; for a read-only field, in answers.
    pub is_required: bool,
    /// Whether only the server sets it: in a request it is ignored.
    pub is_read_only: bool,
    /// Whether something else is to be used instead.
    pub is_deprecated: bool,
    /// Why this version refuses the field in a request, where it does.
    pub refused: Option<&'static str>,
    /// What it means.
    pub about: &'static str,
    /// An example, as JSON text.
    pub example: Option<&'static str>,
}

impl Object {
    /// A model with a name of its own in the document.
    #[must_use]
    pub const fn named(
        name: &'static str,
        about: &'static str,
        parts: &'static [&'static [Field]],
    ) -> Self {
        Self { name, about, parts }
    }

    /// A small object that is described where it stands.
    #[must_use]
    pub const fn inline(parts: &'static [&'static [Field]]) -> Self {
        Self {
            name: "",
            about: "",
            parts,
        }
    }

    /// All its fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        self.parts.iter().copied().flatten()
    }

    /// The field with this key.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.name == name)
    }
}

impl Field {
    /// A field that must be there.
    #[must_use]
    pub const fn required(name: &'static str, kind: Kind) -> Self {
        Self {
            is_required: true,
            ..Self::optional(name, kind)
        }
    }

    /// A field that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            is_required: false,
            is_read_only: false,
            is_deprecated: false,
            refused: None,
            about: "",
            example: None,
        }
    }

    /// A field that only the server sets.
    #[must_use]
    pub const fn read_only(name: &'static str, kind: Kind) -> Self {
        Self {
            is_read_only: true,
            ..Self::optional(name, kind)
        }
    }

    /// A field that only the server sets, and that every answer has.
    #[must_use]
    pub const fn always(name: &'static str, kind: Kind) -> Self {
        Self {
            is_required: true,
            ..Self::read_only(name, kind)
        }
    }

    /// What it means.
    #[must_use]
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// An example, as JSON text.
    #[must_use]
    pub const fn example(mut self, json: &'static str) -> Self {
        self.example = Some(json);
        self
    }

    /// This version refuses it in a request, for the reason that this sentence gives. To ignore it would be to do
    /// something else than was asked for.
    #[must_use]
    pub const fn refused(mut self, why: &'static str) -> Self {
        self.refused = Some(why);
        self
    }

    /// Something else is to be used instead; `about` says what.
    #[must_use]
    pub const fn deprecated(mut self) -> Self {
        self.is_deprecated = true;
        self
    }
}
