//! What an access token says.

use serde::{Deserialize, Serialize};

/// The claims of an access token (RFC 9068, 2.2). All are required, none may stand twice, and
/// others are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer: the URL of the partner's account.
    pub iss: String,
    /// The audience, as it was sent in the token request.
    pub aud: String,
    /// The client's `id`.
    pub sub: String,
    /// The client's `client_id`.
    pub client_id: String,
    /// When the token was made, in whole seconds since 1970.
    pub iat: u64,
    /// From when on it is worth nothing, in whole seconds since 1970.
    pub exp: u64,
    /// The token's own id.
    pub jti: String,
    /// Scopes with single spaces between them (RFC 8693, 4.2).
    pub scope: String,
}
