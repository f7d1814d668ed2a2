//! A partner's log.

pub(crate) mod list;
