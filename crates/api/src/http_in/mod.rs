//! What comes in: the parts of a request, read in the order in which refusals are answered.
//!
//! Path 404, method 405, token 401, ids 400, scope and owner 403, then the body: 413, 415, 400.

mod authorization;
mod body;
mod conditions;
mod incoming;
mod paging;
mod query;

pub(crate) use authorization::{Basic, basic, bearer};
pub(crate) use conditions::{etag, idempotency_key, precondition};
pub(crate) use incoming::{Incoming, PathTexts};
pub(crate) use paging::{account_token, event_token, parse_account_token, parse_event_token};
