//! Clients: the programs that get tokens.

mod add;
mod client;
mod delete;

pub use add::{AddClient, AddClientRefused};
pub use client::Client;
pub use delete::{DeleteClient, DeleteClientRefused};
