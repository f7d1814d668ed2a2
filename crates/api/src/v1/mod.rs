//! Version 1 of the API: the published contract and what goes beyond it. A folder per noun, a file per operation.

pub(crate) mod accounts;
pub(crate) mod clients;
pub(crate) mod connection_events;
pub(crate) mod connections;
pub(crate) mod grants;
pub(crate) mod keys;
pub(crate) mod log;
pub mod models;
pub(crate) mod tokens;

use domain::Scope;

use crate::operation::{Access, Tag};

/// Any one of these suffices to read.
const READ: Access = Access::AnyOf(&[Scope::ADMIN_ACCOUNTS, Scope::READ_ACCOUNTS]);

/// Any one of these suffices to write.
const WRITE: Access = Access::AnyOf(&[Scope::ADMIN_ACCOUNTS, Scope::WRITE_ACCOUNTS]);

const CONNECTIONS: Tag = Tag {
    name: "Connections",
    about: "What an account is to its payment providers, and every step on the way.",
};

const ACCOUNTS: Tag = Tag {
    name: "Accounts",
    about: "The merchants of a partner.",
};

const ACCESS: Tag = Tag {
    name: "Access",
    about: "Tokens, the keys that verify them, clients and what they may get.",
};

const LOG: Tag = Tag {
    name: "Log",
    about: "Everything that changed, in order.",
};
