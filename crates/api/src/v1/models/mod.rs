//! The models of version 1, by noun: one declaration each for request check, schema, docs page and answer check.
//!
//! Fields, what is required and what is allowed are the published contract's; the sentences are ours. Each file has
//! an `EXAMPLE` where an answer needs one, and a test holds every example against its model.

pub mod access_token;
pub mod account;
pub mod account_connections;
pub mod applicant;
pub mod billing;
pub mod client;
pub mod company;
pub mod connection;
pub mod connection_event;
pub mod entity;
pub mod error_body;
pub mod grant;
pub mod health;
pub mod jwk;
pub mod log_entry;
pub mod metadata;
pub mod private_details;
pub mod services;
pub mod subscription;

#[cfg(test)]
mod tests;
