//! An operation of the API, described once as data.
//!
//! The value stands next to its handler. Routing, authorisation, the OpenAPI document, the docs page and the test that
//! walks all operations read it, so that none of them can say something else than the others.

mod answer;
mod examples;
mod parameter;
#[cfg(test)]
pub(crate) mod samples;

use domain::Scope;

pub use answer::{Answer, BodyDescription, Example, FORM, JSON, Media, ResponseHeader};
pub use examples::check_examples;
pub use parameter::{
    AID, CONNECTION, ID, IDEMPOTENCY_KEY, IF_MATCH, LIMIT, OID, Parameter, Place, STARTING_AFTER,
};

use crate::error::ErrorCode;

/// One operation: a method and a path, and all there is to know about them.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// The published operation id, or one of ours in the same style.
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The path from the root, with parameters in braces: `/v1/accounts/{oid}/auth/token`.
    pub path: &'static str,
    /// What it belongs to.
    pub tag: Tag,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What it does, in full. Paragraphs are parted by an empty line.
    pub description: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Parameters of path, query and headers.
    pub parameters: &'static [Parameter],
    /// The body of the request.
    pub body: Option<&'static BodyDescription>,
    /// What it answers when all is well.
    pub answers: &'static [Answer],
    /// Errors of its own; those that any operation can answer are not repeated.
    pub errors: &'static [ErrorCode],
}

/// Who may call an operation.
#[derive(Clone, Copy, Debug)]
pub enum Access {
    /// Anybody.
    Anonymous,
    /// A client with its id and secret, by HTTP Basic.
    ClientCredentials,
    /// The holder of an access token with any one of these scopes.
    AnyOf(&'static [Scope]),
}

/// What operations are gathered under in the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: &'static str,
    /// What is found under it, in a sentence.
    pub about: &'static str,
}

/// The methods that operations have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates, or does something.
    Post,
    /// Replaces.
    Put,
    /// Changes parts.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// The word in the request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Patch => Self::PATCH,
            Method::Delete => Self::DELETE,
        }
    }
}

impl Operation {
    /// Its parameters that stand in the path.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static Parameter> + use<> {
        let parameters = self.parameters.iter();
        parameters.filter(|parameter| parameter.place == Place::Path)
    }

    /// The tags of these operations, each once, in the order of their first operation.
    #[must_use]
    pub fn tags(operations: &[&Operation]) -> Vec<Tag> {
        let mut tags: Vec<Tag> = Vec::new();
        for operation in operations {
            if !tags.iter().any(|tag| tag.name == operation.tag.name) {
                tags.push(operation.tag);
            }
        }
        tags
    }
}
