//! The four statuses of a connection.

use thiserror::Error;

/// How far a connection has come (contract, section 1.2: the same four in events and records).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionStatus {
    /// Something is still to be done.
    Pending,
    /// The merchant can take payments through the provider.
    Enabled,
    /// It did not work out.
    Failed,
    /// The provider does not want the merchant.
    Declined,
}

/// The text is no status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a status is one of pending, enabled, failed, declined")]
pub struct UnknownStatus;

impl ConnectionStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Enabled, Self::Failed, Self::Declined];

    /// Every status as text, in the same order.
    pub const NAMES: [&'static str; 4] = ["pending", "enabled", "failed", "declined"];

    /// The status as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Enabled => "enabled",
            Self::Failed => "failed",
            Self::Declined => "declined",
        }
    }

    /// The status of that name.
    ///
    /// # Errors
    /// The text is no status.
    pub fn parse(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(UnknownStatus)
    }
}
