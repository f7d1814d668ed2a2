//! A partner's data key: hashes its client secrets and seals what must be read back, each under a
//! subkey of its own.

use std::fmt;

use aws_lc_rs::hmac;
use domain::{Entropy, SecretHash};
use zeroize::Zeroizing;

use crate::sealer::{KEY_LENGTH, KeyBytes, SealError, Sealer, derive_key, draw_key};

const HASHING_LABEL: &str = "kobling data key: client secret hash, version 1";
const SEALING_LABEL: &str = "kobling data key: sealing, version 1";

/// Thirty-two random bytes of one partner, and what is derived from them once, at construction.
pub struct DataKey {
    bytes: KeyBytes,
    hashing: hmac::Key,
    sealer: Sealer,
}

impl DataKey {
    /// Draws a new key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self::new(draw_key(entropy))
    }

    /// What is stored of a client secret: HMAC-SHA-256.
    ///
    /// A fast hash is enough only because our secrets have 256 random bits; a secret that a person
    /// chose needs a slow one.
    #[must_use]
    pub fn hash_secret(&self, secret: &str) -> SecretHash {
        let mut hash = [0; KEY_LENGTH];
        hash.copy_from_slice(hmac::sign(&self.hashing, secret.as_bytes()).as_ref());
        SecretHash(hash)
    }

    /// Whether this is the secret that was hashed; takes the same time wherever the two differ.
    #[must_use]
    pub fn verify_secret(&self, secret: &str, hash: &SecretHash) -> bool {
        hmac::verify(&self.hashing, secret.as_bytes(), &hash.0).is_ok()
    }

    /// Seals a secret for one place, so that it opens nowhere else.
    ///
    /// The context says what it is and whose, such as `signing_key T112 {kid}`. The answer is 29
    /// bytes longer than the plaintext: `version (1) || nonce (12) || ciphertext || tag (16)`,
    /// AES-256-GCM.
    #[must_use]
    pub fn seal(&self, context: &str, plaintext: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        self.sealer.seal(context, plaintext, entropy)
    }

    /// Opens what was sealed for the same context.
    ///
    /// # Errors
    /// [`SealError`]: another key, another context, or damaged.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.sealer.open(context, sealed)
    }

    pub(crate) fn new(bytes: KeyBytes) -> Self {
        let hashing = derive_key(&bytes, HASHING_LABEL);
        let hashing = hmac::Key::new(hmac::HMAC_SHA256, hashing.as_slice());
        let sealer = Sealer::new(&derive_key(&bytes, SEALING_LABEL));
        Self {
            bytes,
            hashing,
            sealer,
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8; KEY_LENGTH] {
        &self.bytes
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FixedEntropy;
    use crate::{ClientSecret, SystemEntropy};

    #[test]
    fn a_client_secret_is_recognised_and_no_other() {
        let key = DataKey::generate(&SystemEntropy);
        let secret = ClientSecret::generate(&SystemEntropy);
        let hash = key.hash_secret(secret.as_str());
        assert!(key.verify_secret(secret.as_str(), &hash));
        assert!(!key.verify_secret("", &hash));
        assert!(!key.verify_secret(&secret.as_str()[1..], &hash));
        assert!(!key.verify_secret(&format!("{} ", secret.as_str()), &hash));
        let other = ClientSecret::generate(&SystemEntropy);
        assert!(!key.verify_secret(other.as_str(), &hash));
    }

    #[test]
    fn the_same_secret_has_another_hash_under_another_partner() {
        let first = DataKey::generate(&FixedEntropy(1));
        let second = DataKey::generate(&FixedEntropy(2));
        let hash = first.hash_secret("secret");
        assert!(!second.verify_secret("secret", &hash));
        assert!(DataKey::generate(&FixedEntropy(1)).verify_secret("secret", &hash));
    }

    #[test]
    fn a_sealed_secret_opens_under_its_own_key_alone() {
        let key = DataKey::generate(&SystemEntropy);
        let sealed = key.seal("webhook_secret T112 1", b"secret", &SystemEntropy);
        let opened = key.open("webhook_secret T112 1", &sealed).unwrap();
        assert_eq!(opened.as_slice(), b"secret");
        let other = DataKey::generate(&SystemEntropy);
        let refused = other.open("webhook_secret T112 1", &sealed);
        assert_eq!(refused.unwrap_err(), SealError::NotAuthentic);
    }

    #[test]
    fn debug_shows_nothing() {
        let key = DataKey::generate(&SystemEntropy);
        assert_eq!(format!("{key:?}"), "DataKey(..)");
    }
}
