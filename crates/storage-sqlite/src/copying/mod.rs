//! A whole file as `storage::copying` reads and writes it.

mod rows;
mod source;
mod statements;
mod target;

pub use source::{SourceError, SqliteSource};
pub use target::{SqliteTarget, TargetError};
