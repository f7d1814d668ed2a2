//! Access tokens, the keys that sign them, and how secrets are kept: hashed where they are only
//! compared, sealed where they must be read back.
//!
//! The keys form a chain. The root key, which lies outside the database, seals one data key per
//! partner; a data key hashes that partner's client secrets and seals its signing keys. Changing
//! the root key therefore means sealing the data keys again and nothing else. This crate must not
//! know storage or HTTP, and it reads no clock.

mod algorithm;
mod audience;
mod claims;
mod client_secret;
mod compact;
mod data_key;
mod entropy;
mod key_pair;
mod public_jwk;
mod root_key;
mod sealer;
mod signing_key;
mod thumbprint;
mod token_error;
mod unverified_token;
mod verifying_key;

#[cfg(test)]
mod testing;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use audience::Audience;
pub use claims::AccessTokenClaims;
pub use client_secret::ClientSecret;
pub use data_key::DataKey;
pub use entropy::SystemEntropy;
pub use key_pair::SigningKeyError;
pub use public_jwk::{JwkError, PublicJwk};
pub use root_key::{RootKey, RootKeyError};
pub use sealer::SealError;
pub use signing_key::SigningKey;
pub use token_error::TokenError;
pub use unverified_token::UnverifiedToken;
pub use verifying_key::VerifyingKey;
