//! What the tests of this crate share.

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Entropy, Timestamp};

use crate::{AccessTokenClaims, Algorithm, SigningKey};

pub(crate) const ISSUER: &str = "http://127.0.0.1:8080/v1/accounts/T11200000";

/// Gives one byte for ever.
#[derive(Debug)]
pub(crate) struct FixedEntropy(pub(crate) u8);

impl Entropy for FixedEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

/// One key per algorithm for all tests, because RSA keys take long to make.
pub(crate) fn signing_key(algorithm: Algorithm) -> &'static SigningKey {
    static KEYS: [OnceLock<SigningKey>; 3] = [const { OnceLock::new() }; 3];
    let position = Algorithm::ALL
        .iter()
        .position(|each| *each == algorithm)
        .unwrap();
    KEYS[position].get_or_init(|| SigningKey::generate(algorithm).unwrap())
}

/// The moment at which [`claims`] were made.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

/// Valid until the year 2100, so that a library with the machine's own clock accepts them too.
pub(crate) fn claims() -> AccessTokenClaims {
    AccessTokenClaims {
        iss: ISSUER.to_owned(),
        aud: "http://127.0.0.1:8080/v1/accounts/T11200001".to_owned(),
        sub: "018bc7d4-3f5e-7cc0-8000-000000000001".to_owned(),
        client_id: "shop".to_owned(),
        iat: now().seconds(),
        exp: 4_102_444_800,
        jti: "018bc7d4-3f5e-7cc0-8000-000000000002".to_owned(),
        scope: "read:accounts write:accounts:/connections".to_owned(),
    }
}

/// A part of a token, decoded: 0 is the header, 1 the claims.
pub(crate) fn decoded_part(token: &str, index: usize) -> String {
    let part = token.split('.').nth(index).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
