//! Authenticated encryption of small secrets, and the derivation of the keys for it.
//!
//! Sealed bytes are `version (1) || nonce (12) || ciphertext || tag (16)`, AES-256-GCM. A random
//! nonce is safe for about 2^32 sealings per key, far beyond the rows that one key seals.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use domain::Entropy;
use thiserror::Error;
use zeroize::Zeroizing;

/// Bytes of every symmetric key here.
pub(crate) const KEY_LENGTH: usize = 32;

const VERSION: u8 = 1;

/// Thirty-two secret bytes in one place of the heap, so that moving their owner leaves no copy
/// behind.
pub(crate) type KeyBytes = Box<Zeroizing<[u8; KEY_LENGTH]>>;

/// Seals and opens under one key.
pub(crate) struct Sealer(LessSafeKey);

/// Sealed bytes could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SealError {
    /// Too short for what they should hold.
    #[error("the sealed data is incomplete")]
    Malformed,
    /// Sealed by a program that this one does not know.
    #[error("the sealed data has version {0}, and only version 1 is known")]
    UnknownVersion(u8),
    /// Another key, another context, or changed bytes; which one cannot be told.
    #[error("the sealed data belongs to another key or place, or was changed")]
    NotAuthentic,
}

/// Draws a key.
pub(crate) fn draw_key(entropy: &dyn Entropy) -> KeyBytes {
    let mut key = KeyBytes::default();
    entropy.fill(key.as_mut_slice());
    key
}

/// HKDF-SHA-256 (RFC 5869) of a key under a label, one label per use.
#[expect(
    clippy::expect_used,
    reason = "HKDF refuses only outputs above 8,160 bytes"
)]
pub(crate) fn derive_key(key: &[u8; KEY_LENGTH], label: &str) -> KeyBytes {
    let mut derived = KeyBytes::default();
    Salt::new(HKDF_SHA256, &[])
        .extract(key)
        .expand(&[label.as_bytes()], HKDF_SHA256)
        .and_then(|material| material.fill(derived.as_mut_slice()))
        .expect("32 bytes are within what HKDF gives");
    derived
}

impl Sealer {
    #[expect(
        clippy::expect_used,
        reason = "the type fixes the length, the only thing checked"
    )]
    pub(crate) fn new(key: &KeyBytes) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).expect("32 bytes are a key");
        Self(LessSafeKey::new(key))
    }

    /// Seals for a context, which says what this is and whose; it is authenticated and not stored.
    #[expect(
        clippy::expect_used,
        reason = "AES-GCM refuses only texts above 64 GiB"
    )]
    pub(crate) fn seal(&self, context: &str, plaintext: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        entropy.fill(&mut nonce);
        let mut text = Vec::with_capacity(plaintext.len() + AES_256_GCM.tag_len());
        text.extend_from_slice(plaintext);
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context),
                &mut text,
            )
            .expect("the text is within what AES-GCM seals");
        [&[VERSION], nonce.as_slice(), text.as_slice()].concat()
    }

    /// Opens what was sealed for the same context.
    pub(crate) fn open(
        &self,
        context: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (version, rest) = sealed.split_first().ok_or(SealError::Malformed)?;
        if *version != VERSION {
            return Err(SealError::UnknownVersion(*version));
        }
        let (nonce, rest) = rest
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(SealError::Malformed)?;
        let mut text = Zeroizing::new(rest.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self
            .0
            .open_in_place(nonce, Aad::from(context), &mut text)
            .map_err(|_| SealError::NotAuthentic)?;
        let length = opened.len();
        text.truncate(length);
        Ok(text)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemEntropy;
    use crate::testing::FixedEntropy;

    fn sealer() -> Sealer {
        Sealer::new(&draw_key(&SystemEntropy))
    }

    #[test]
    fn the_layout_is_version_nonce_text_and_tag() {
        let sealed = sealer().seal("signing_key T112 a", b"secret", &FixedEntropy(7));
        assert_eq!(sealed.len(), 1 + 12 + 6 + 16);
        assert_eq!(sealed[0], 1);
        assert_eq!(sealed[1..13], [7; 12]);
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
    }

    #[test]
    fn changing_any_bit_is_noticed() {
        let sealer = sealer();
        let sealed = sealer.seal("signing_key T112 a", b"secret", &SystemEntropy);
        for index in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[index] ^= 1 << bit;
                assert!(
                    sealer.open("signing_key T112 a", &changed).is_err(),
                    "{index} {bit}"
                );
            }
        }
    }

    #[test]
    fn a_missing_or_added_byte_is_noticed() {
        let sealer = sealer();
        let mut sealed = sealer.seal("x", b"secret", &SystemEntropy);
        for length in 0..sealed.len() {
            assert!(sealer.open("x", &sealed[..length]).is_err(), "{length}");
        }
        sealed.push(0);
        assert_eq!(sealer.open("x", &sealed), Err(SealError::NotAuthentic));
        assert_eq!(sealer.open("x", &[]), Err(SealError::Malformed));
        assert_eq!(sealer.open("x", &[2, 0]), Err(SealError::UnknownVersion(2)));
    }

    #[test]
    fn a_sealed_value_opens_only_in_its_place() {
        let sealer = sealer();
        let sealed = sealer.seal("signing_key T112 a", b"secret", &SystemEntropy);
        assert_eq!(
            sealer
                .open("signing_key T112 a", &sealed)
                .unwrap()
                .as_slice(),
            b"secret"
        );
        for context in [
            "",
            "signing_key T112 b",
            "signing_key P112 a",
            "signing_key T112 a ",
        ] {
            assert_eq!(
                sealer.open(context, &sealed),
                Err(SealError::NotAuthentic),
                "{context}"
            );
        }
    }

    /// RFC 5869 has no case with an empty salt and a 32-byte key; this one was computed with
    /// Python's `hmac`.
    #[test]
    fn a_derived_key_follows_from_key_and_label() {
        let key = derive_key(&[1; 32], "a label");
        assert_eq!(key, derive_key(&[1; 32], "a label"));
        assert_ne!(key, derive_key(&[1; 32], "another label"));
        assert_ne!(key, derive_key(&[2; 32], "a label"));
        assert_eq!(key[..8], [0x08, 0x06, 0xf1, 0x50, 0x18, 0xf0, 0x0d, 0x7e]);
    }
}
