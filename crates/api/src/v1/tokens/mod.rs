//! Access tokens.

pub(crate) mod issue;
