//! What comes in: the parts of a request, read in the order in which refusals are answered.
//!
//! Path 404, method 405, token 401, ids 400, scope and owner 403, then the body: 413, 415, 400.

mod authorization;
mod body;
mod conditions;
mod incoming;
mod paging;
mod query;

pub use authorization::bearer;
pub(crate) use authorization::{Basic, basic};
pub(crate) use conditions::{etag, idempotency_key, parse as parse_if_match, precondition};
pub(crate) use incoming::{Incoming, PathTexts};
pub use paging::{account_token, event_token, parse_account_token, parse_event_token};
pub(crate) use query::Query;
