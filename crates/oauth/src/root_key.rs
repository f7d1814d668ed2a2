//! The root key: the one secret outside the database. It seals the partners' data keys and nothing
//! else.

use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use domain::{Entropy, PartnerId};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::data_key::DataKey;
use crate::sealer::{KEY_LENGTH, KeyBytes, SealError, Sealer, derive_key, draw_key};

const WRAPPING_LABEL: &str = "kobling root key: data key wrapping, version 1";
const CHECK_LABEL: &str = "kobling root key: check value, version 1";

const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);

/// Thirty-two random bytes, the same on every node of an installation.
pub struct RootKey {
    bytes: KeyBytes,
    check_value: [u8; KEY_LENGTH],
    sealer: Sealer,
}

/// The text is not a root key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RootKeyError {
    /// Neither standard nor URL-safe base64.
    #[error("the root key is not base64; it must be 32 bytes in base64, which is 43 characters")]
    NotBase64,
    /// Base64 of more or fewer bytes than 32.
    #[error("the root key has {0} bytes instead of 32")]
    WrongLength(usize),
}

impl RootKey {
    /// Draws a new key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self::new(draw_key(entropy))
    }

    /// Takes 32 bytes made elsewhere.
    #[must_use]
    pub fn from_bytes(bytes: [u8; KEY_LENGTH]) -> Self {
        Self::new(Box::new(Zeroizing::new(bytes)))
    }

    /// Reads standard or URL-safe base64, padded or not; white space around it is ignored.
    ///
    /// # Errors
    /// [`RootKeyError`]; it never contains the text.
    pub fn from_base64(text: &str) -> Result<Self, RootKeyError> {
        let text = text.trim();
        let engine = if text.contains(['-', '_']) {
            URL_SAFE
        } else {
            STANDARD
        };
        let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
        engine
            .decode_vec(text, &mut decoded)
            .map_err(|_| RootKeyError::NotBase64)?;
        let mut bytes = KeyBytes::default();
        if decoded.len() != bytes.len() {
            return Err(RootKeyError::WrongLength(decoded.len()));
        }
        bytes.copy_from_slice(&decoded);
        Ok(Self::new(bytes))
    }

    /// The key as it stands in the key file: 44 characters of padded standard base64.
    #[must_use]
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.bytes.as_slice()))
    }

    /// Tells whether two root keys are the same without giving either away; may be stored.
    #[must_use]
    pub fn check_value(&self) -> [u8; KEY_LENGTH] {
        self.check_value
    }

    /// Seals a partner's data key for the database.
    #[must_use]
    pub fn seal_data_key(
        &self,
        data_key: &DataKey,
        partner: PartnerId,
        entropy: &dyn Entropy,
    ) -> Vec<u8> {
        self.sealer
            .seal(&data_key_context(partner), data_key.as_bytes(), entropy)
    }

    /// Opens a partner's data key.
    ///
    /// # Errors
    /// [`SealError`]: sealed by another root key, for another partner, or damaged.
    pub fn open_data_key(&self, sealed: &[u8], partner: PartnerId) -> Result<DataKey, SealError> {
        let opened = self.sealer.open(&data_key_context(partner), sealed)?;
        let mut bytes = KeyBytes::default();
        if opened.len() != bytes.len() {
            return Err(SealError::Malformed);
        }
        bytes.copy_from_slice(&opened);
        Ok(DataKey::new(bytes))
    }

    fn new(bytes: KeyBytes) -> Self {
        let check_value = **derive_key(&bytes, CHECK_LABEL);
        let sealer = Sealer::new(&derive_key(&bytes, WRAPPING_LABEL));
        Self {
            bytes,
            check_value,
            sealer,
        }
    }
}

fn data_key_context(partner: PartnerId) -> String {
    format!("data_key {partner}")
}

impl fmt::Debug for RootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RootKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemEntropy;

    fn partner(id: &str) -> PartnerId {
        id.parse().unwrap()
    }

    #[test]
    fn every_usual_base64_spelling_is_read() {
        let key = RootKey::from_bytes([0xfb; 32]);
        let padded = key.to_base64();
        assert_eq!(padded.len(), 44);
        assert!(padded.contains('+'));
        let url_safe = padded.replace('+', "-").replace('/', "_");
        let unpadded = padded.trim_end_matches('=').to_owned();
        let spaced = format!(" \t{}\r\n", padded.as_str());
        for text in [padded.as_str(), &url_safe, &unpadded, &spaced] {
            assert_eq!(
                RootKey::from_base64(text).unwrap().check_value(),
                key.check_value()
            );
        }
    }

    #[test]
    fn a_text_that_is_no_key_is_refused_with_the_reason() {
        let error = |text: &str| RootKey::from_base64(text).unwrap_err();
        assert_eq!(error(""), RootKeyError::WrongLength(0));
        assert_eq!(error("c2VjcmV0"), RootKeyError::WrongLength(6));
        assert_eq!(error(&"A".repeat(44)), RootKeyError::WrongLength(33));
        assert_eq!(error("not base64!"), RootKeyError::NotBase64);
        assert_eq!(error("+-+-"), RootKeyError::NotBase64);
        assert_eq!(
            error(&"ab".repeat(32)).to_string(),
            "the root key has 48 bytes instead of 32"
        );
    }

    #[test]
    fn the_check_value_recognises_the_key_and_is_not_the_key() {
        let key = RootKey::from_bytes([1; 32]);
        assert_eq!(
            key.check_value(),
            RootKey::from_bytes([1; 32]).check_value()
        );
        assert_ne!(
            key.check_value(),
            RootKey::from_bytes([2; 32]).check_value()
        );
        assert_ne!(key.check_value(), [1; 32]);
    }

    #[test]
    fn a_data_key_opens_only_under_its_root_key_and_for_its_partner() {
        let root_key = RootKey::generate(&SystemEntropy);
        let data_key = DataKey::generate(&SystemEntropy);
        let sealed = root_key.seal_data_key(&data_key, partner("T112"), &SystemEntropy);
        let opened = root_key.open_data_key(&sealed, partner("T112")).unwrap();
        assert_eq!(opened.as_bytes(), data_key.as_bytes());

        let wrong_partner = root_key.open_data_key(&sealed, partner("P112"));
        assert_eq!(wrong_partner.unwrap_err(), SealError::NotAuthentic);
        let other = RootKey::generate(&SystemEntropy);
        let wrong_key = other.open_data_key(&sealed, partner("T112"));
        assert_eq!(wrong_key.unwrap_err(), SealError::NotAuthentic);
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", RootKey::from_bytes([1; 32])), "RootKey(..)");
    }
}
