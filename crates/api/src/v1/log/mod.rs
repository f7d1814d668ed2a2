//! A partner's log.

pub(crate) mod entry;
pub(crate) mod list;
