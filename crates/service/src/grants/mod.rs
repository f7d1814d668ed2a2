//! Grants to an account's clients.

mod add;
mod delete;
mod list;

pub use add::AddGrantRequest;
pub use list::GrantFilter;

/// The account that an audience names, whatever its host.
#[must_use]
pub fn audience_account(audience: &str) -> Option<domain::AccountId> {
    oauth::Audience::parse(audience).map(oauth::Audience::account)
}
