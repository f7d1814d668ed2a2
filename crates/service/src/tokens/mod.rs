//! Tokens: who gets one, and with which scopes.

mod issue;

pub use issue::{IssueTokenRefused, IssuedToken, TokenRequest};
