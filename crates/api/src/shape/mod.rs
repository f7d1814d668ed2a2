//! Models of JSON objects, declared as data.
//!
//! One declaration has several readers: it checks request bodies, is the schema in the OpenAPI document and the table
//! on the docs page, and in tests it checks the answers against the document. The words of the models are in
//! `v1/models`; this folder knows none of them.

mod check;
mod checked;
mod formats;
mod kind;
mod messages;
mod object;
mod schema;

pub use check::{Strictness, check, check_answer, check_text};
pub use checked::Checked;
pub use kind::{FREE_KEYS_MAX, FREE_LEVELS_MAX, Kind, List, Rule, TEXT_MAX, Text};
pub(crate) use messages::grouped;
pub use object::{Field, Object};
pub use schema::{Null, component, components, schema};
