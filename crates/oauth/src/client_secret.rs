//! The secret that a client authenticates with. It is shown once, when it is made; only its hash is
//! kept.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Entropy;
use zeroize::Zeroizing;

use crate::sealer::draw_key;

/// 256 random bits, written as 43 characters of base64url without padding.
pub struct ClientSecret(Zeroizing<String>);

impl ClientSecret {
    /// Draws a new secret.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let bytes = draw_key(entropy);
        Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
    }

    /// The secret itself, to be shown to its owner and to be hashed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemEntropy;
    use crate::testing::FixedEntropy;

    #[test]
    fn a_secret_has_43_characters_that_need_no_escaping() {
        let secret = ClientSecret::generate(&SystemEntropy);
        assert_eq!(secret.as_str().len(), 43);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        assert!(secret.as_str().bytes().all(plain));
        assert_ne!(
            secret.as_str(),
            ClientSecret::generate(&SystemEntropy).as_str()
        );
        let zeros = ClientSecret::generate(&FixedEntropy(0));
        assert_eq!(zeros.as_str(), "A".repeat(43));
    }

    #[test]
    fn debug_shows_nothing() {
        let secret = ClientSecret::generate(&SystemEntropy);
        assert_eq!(format!("{secret:?}"), "ClientSecret(..)");
    }
}
