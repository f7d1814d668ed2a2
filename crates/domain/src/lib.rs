//! The rules of Kobling: what partners, accounts, connections, events, clients, grants and keys are, how text becomes
//! one of them, and what each change does to them.
//!
//! Every rule is a pure `decide`: it sees rows and a moment, and answers log entries or a refusal. This crate must not
//! know I/O, async, serialisation, SQL or HTTP.

mod actor;
mod change;
mod entropy;
mod ids;
mod json_text;
mod scopes;
mod secret;
mod time;
mod view;

pub mod accounts;
pub mod clients;
pub mod connections;
pub mod grants;
pub mod log;
pub mod partners;
pub mod signing_keys;

pub use actor::{Actor, Caller, CallerStale, MayBeStale};
pub use change::{Change, Decide, Decided, Proposal, decide_all};
pub use entropy::{Entropy, IdSeed};
pub use ids::{ACCOUNT_NUMBER_MAX, AccountId, IdError, Mode, OwnerId, PartnerId};
pub use json_text::JsonText;
pub use scopes::{Scope, Scopes, UnknownScope};
pub use secret::{SealedBytes, SecretHash};
pub use time::{Clock, SystemClock, Timestamp, TimestampError};
pub use view::{Needs, Rows, Stream, View};
