//! The signature algorithms that tokens may have. There is no other: neither `none` nor any HMAC.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A signature algorithm, named as in RFC 7518 and RFC 8037.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256; keys of 2048 bits.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

/// The text names no algorithm that tokens may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the algorithm must be RS256, ES256 or EdDSA")]
pub struct UnknownAlgorithm;

impl Algorithm {
    /// Every algorithm, the default first.
    pub const ALL: [Self; 3] = [Self::Rs256, Self::Es256, Self::EdDsa];

    /// The name as it stands in `alg`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    /// Takes the exact name; names are case-sensitive (RFC 7515, 4.1.1).
    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        let named = Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == text);
        named.ok_or(UnknownAlgorithm)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.as_str().parse(), Ok(algorithm));
            let json = serde_json::to_string(&algorithm).unwrap();
            assert_eq!(json, format!("\"{algorithm}\""));
            assert_eq!(serde_json::from_str::<Algorithm>(&json).unwrap(), algorithm);
        }
    }

    #[test]
    fn other_algorithms_are_refused() {
        for name in [
            "", "none", "HS256", "RS512", "PS256", "rs256", "eddsa", "Ed25519",
        ] {
            assert_eq!(name.parse::<Algorithm>(), Err(UnknownAlgorithm), "{name}");
        }
        for allowed in Algorithm::ALL {
            assert!(UnknownAlgorithm.to_string().contains(allowed.as_str()));
        }
    }
}
