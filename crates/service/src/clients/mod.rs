//! Clients of an account.

mod add;
mod delete;
mod find;
mod list;

pub use add::{AddClientRequest, ClientWithSecret};
