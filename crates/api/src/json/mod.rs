//! Reading JSON strictly, and keeping the text that came.
//!
//! Every value of the tree knows its own text, so that numbers and free objects are stored and returned as they were
//! sent. What JSON leaves open is refused here, each with its place: duplicate keys, NUL characters, lone surrogates,
//! invalid UTF-8, and nesting without end.

mod path;
mod read;
mod tree;

pub use path::Path;
pub(crate) use path::shorten;
pub use read::{LEVELS_MAX, read};
pub use tree::{Content, Member, Value};
