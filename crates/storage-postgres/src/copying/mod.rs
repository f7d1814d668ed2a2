//! A whole database as `storage::copying` reads and writes it.

mod rows;
mod session;
mod source;
mod statements;
mod target;

pub use source::PostgresSource;
pub use target::{PostgresTarget, TargetError};
