//! A grant of scopes on an account to a client.

use thiserror::Error;
use uuid::Uuid;

use crate::actor::Actor;
use crate::ids::AccountId;
use crate::scopes::Scopes;
use crate::time::Timestamp;

/// What audience and scopes a client may get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The entity's id, UUIDv7.
    pub id: Uuid,
    /// The `id` of the client.
    pub client: Uuid,
    /// The account that the client belongs to.
    pub account: AccountId,
    /// The audience as it was given.
    pub audience: String,
    /// The account that the audience names.
    pub audience_account: AccountId,
    /// The scopes.
    pub scopes: Scopes,
    /// Which kinds of token request it serves.
    pub grant_type: GrantType,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Actor,
}

/// Which kinds of token request a grant serves (`type` in the contract).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GrantType {
    /// All of them.
    #[default]
    Any,
    /// A code from a login.
    AuthorizationCode,
    /// The client's own id and secret.
    ClientCredentials,
    /// A user's name and password.
    Password,
}

/// The text is no grant type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a grant's type is one of any, authorization_code, client_credentials, password")]
pub struct UnknownGrantType;

impl GrantType {
    /// Every type.
    pub const ALL: [Self; 4] = [
        Self::Any,
        Self::AuthorizationCode,
        Self::ClientCredentials,
        Self::Password,
    ];

    /// Every type as text, in the same order.
    pub const NAMES: [&'static str; 4] = [
        "any",
        "authorization_code",
        "client_credentials",
        "password",
    ];

    /// The type as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
        }
    }

    /// The type of that name.
    ///
    /// # Errors
    /// The text is no grant type.
    pub fn parse(text: &str) -> Result<Self, UnknownGrantType> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or(UnknownGrantType)
    }

    /// Whether such a grant serves a token request by client credentials.
    #[must_use]
    pub fn serves_client_credentials(self) -> bool {
        matches!(self, Self::Any | Self::ClientCredentials)
    }
}
