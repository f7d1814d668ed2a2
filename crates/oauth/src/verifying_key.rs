//! The key that proves who made a token, and the checks of what the token says.

use domain::Timestamp;
use jsonwebtoken::{Algorithm as JwsAlgorithm, DecodingKey, crypto};

use crate::algorithm::Algorithm;
use crate::claims::AccessTokenClaims;
use crate::compact::CompactToken;
use crate::public_jwk::{JwkError, PublicJwk, PublicMaterial};
use crate::token_error::TokenError;

/// Seconds that the clock of the issuing node may be ahead of ours.
const CLOCK_SKEW_SECONDS_MAX: u64 = 60;

/// A public key that verifies signatures of its own algorithm and of no other, whatever a token's
/// header says.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    kid: String,
    algorithm: Algorithm,
    key: DecodingKey,
}

impl VerifyingKey {
    /// Prepares a public key for verifying.
    ///
    /// # Errors
    /// [`JwkError`] when the key's numbers cannot be read.
    pub fn from_jwk(jwk: &PublicJwk) -> Result<Self, JwkError> {
        let key = match jwk.material() {
            PublicMaterial::Rsa { n, e } => DecodingKey::from_rsa_components(n, e),
            PublicMaterial::P256 { x, y } => DecodingKey::from_ec_components(x, y),
            PublicMaterial::Ed25519 { x } => DecodingKey::from_ed_components(x),
        };
        let key = key.map_err(|_| JwkError::Malformed)?;
        Ok(Self {
            kid: jwk.kid().to_owned(),
            algorithm: jwk.algorithm(),
            key,
        })
    }

    /// The name of the key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm that it verifies.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Verifies a token at a moment: its signature, `iss`, `exp` (must be later than `now`) and
    /// `iat` (at most 60 seconds in the future). The audience is the caller's to match; see
    /// [`crate::Audience`].
    ///
    /// # Errors
    /// [`TokenError`]; [`TokenError::UnknownKey`] when the token names another key than this one.
    pub fn verify(
        &self,
        token: &str,
        expected_issuer: &str,
        now: Timestamp,
    ) -> Result<AccessTokenClaims, TokenError> {
        let token = CompactToken::parse(token)?;
        self.verify_signature(&token)?;
        let claims: AccessTokenClaims = token.claims()?;
        if claims.iss != expected_issuer {
            return Err(TokenError::WrongIssuer);
        }
        if claims.exp <= now.seconds() {
            return Err(TokenError::Expired);
        }
        if claims.iat > now.seconds().saturating_add(CLOCK_SKEW_SECONDS_MAX) {
            return Err(TokenError::NotYetValid);
        }
        Ok(claims)
    }

    fn verify_signature(&self, token: &CompactToken<'_>) -> Result<(), TokenError> {
        if token.algorithm != self.algorithm {
            return Err(TokenError::UnsupportedAlgorithm);
        }
        if token.kid != self.kid {
            return Err(TokenError::UnknownKey);
        }
        let algorithm = match self.algorithm {
            Algorithm::Rs256 => JwsAlgorithm::RS256,
            Algorithm::Es256 => JwsAlgorithm::ES256,
            Algorithm::EdDsa => JwsAlgorithm::EdDSA,
        };
        match crypto::verify(
            token.signature,
            token.message.as_bytes(),
            &self.key,
            algorithm,
        ) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(TokenError::BadSignature),
        }
    }
}

#[cfg(test)]
mod tests;
