//! A look at a token before its key is known, and only to find that key.

use serde::Deserialize;

use crate::algorithm::Algorithm;
use crate::compact::CompactToken;
use crate::token_error::TokenError;

/// What a token claims about its key. Anyone may have written it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnverifiedToken {
    kid: String,
    algorithm: Algorithm,
    issuer: String,
}

#[derive(Deserialize)]
struct IssuerClaim {
    iss: String,
}

impl UnverifiedToken {
    /// Reads a token without verifying it.
    ///
    /// # Errors
    /// [`TokenError::Malformed`] for anything above 8 KiB, without `kid`, with `crit`, or not a
    /// compact JWS at all; [`TokenError::UnsupportedType`] and
    /// [`TokenError::UnsupportedAlgorithm`].
    pub fn parse(token: &str) -> Result<Self, TokenError> {
        let token = CompactToken::parse(token)?;
        let IssuerClaim { iss: issuer } = token.claims()?;
        Ok(Self {
            kid: token.kid,
            algorithm: token.algorithm,
            issuer,
        })
    }

    /// The name of the key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The algorithm of the signature.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Who is said to have issued it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ISSUER, claims, signing_key};

    #[test]
    fn it_tells_where_to_find_the_key() {
        for algorithm in Algorithm::ALL {
            let key = signing_key(algorithm);
            let token = UnverifiedToken::parse(&key.sign(&claims()).unwrap()).unwrap();
            assert_eq!(token.kid(), key.kid());
            assert_eq!(token.algorithm(), algorithm);
            assert_eq!(token.issuer(), ISSUER);
        }
    }

    #[test]
    fn a_token_above_8_kib_is_not_looked_at() {
        let key = signing_key(Algorithm::EdDsa);
        let token = key.sign(&claims()).unwrap();
        let room = 8 * 1024 - token.len();
        let mut long = claims();
        long.scope.push_str(&"x".repeat(room / 4 * 3));
        let fits = key.sign(&long).unwrap();
        assert!(fits.len() <= 8 * 1024);
        assert!(UnverifiedToken::parse(&fits).is_ok());
        long.scope.push_str(&"x".repeat(16));
        let too_long = key.sign(&long).unwrap();
        assert_eq!(
            UnverifiedToken::parse(&too_long),
            Err(TokenError::Malformed)
        );
    }

    #[test]
    fn what_is_no_token_is_malformed() {
        let token = signing_key(Algorithm::EdDsa).sign(&claims()).unwrap();
        let (message, _) = token.rsplit_once('.').unwrap();
        let four_parts = format!("{token}.AA");
        for text in ["", ".", "..", "...", "a.b", "secret", message, &four_parts] {
            assert_eq!(
                UnverifiedToken::parse(text),
                Err(TokenError::Malformed),
                "{text}"
            );
        }
    }
}
