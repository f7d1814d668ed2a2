//! Grants: what audience and scopes a client may get.

mod add;
mod delete;
mod grant;

pub use add::{AddGrant, AddGrantRefused, GRANTS_PER_CLIENT_MAX};
pub use delete::{DeleteGrant, DeleteGrantRefused};
pub use grant::{Grant, GrantType, UnknownGrantType};
