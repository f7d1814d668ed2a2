//! A whole store copied from one engine to another, and two stores held against each other.
//!
//! Rows travel as they are stored, value by value, and nothing of them is understood on the way but the log's hashes. So
//! ids, `seq`, times, hashes and sealed secrets stay what they are, and a copy of a copy is the same again. Everything here
//! blocks its thread; an engine that does not brings its own way to wait.

mod compare;
mod copy;
mod digest;
mod entries;
mod mark;
mod pages;
mod problem;
mod sides;
mod state;
mod tables;
mod values;
mod watch;

pub use compare::{Compared, ComparedPartner, compare};
pub use copy::{Copied, Mode, copy};
pub use mark::{StoredCheck, UNFINISHED, marked};
pub use pages::{PAGE_BYTES_MAX, PAGE_ROWS_MAX, Pages};
pub use problem::{CopyError, Side};
pub use sides::{Found, Source, TakeRows, Target};
pub use tables::{Column, ColumnKind, CopiedTable};
pub use values::{Row, Value};
pub use watch::{CopyStage, CopyWatch};
