//! The key pairs behind signing keys, one variant per algorithm. Nothing here knows tokens.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256,
    RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::algorithm::Algorithm;
use crate::public_jwk::PublicMaterial;

/// A parsed key pair, ready to sign. The library clears its memory when it is dropped.
#[derive(Debug)]
pub(crate) enum KeyPair {
    Rsa(rsa::KeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// A signing key could not be made or used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SigningKeyError {
    /// The crypto library made no key.
    #[error("the signing key could not be generated")]
    Generate,
    /// The bytes are not a PKCS #8 private key of that algorithm.
    #[error("the bytes are not a private key for {0}")]
    Rejected(Algorithm),
    /// The crypto library gave no encoding of the key.
    #[error("the signing key could not be encoded")]
    Encode,
    /// The crypto library made no signature.
    #[error("the token could not be signed")]
    Sign,
}

impl KeyPair {
    pub(crate) fn generate(algorithm: Algorithm) -> Result<Self, SigningKeyError> {
        match algorithm {
            Algorithm::Rs256 => rsa::KeyPair::generate(rsa::KeySize::Rsa2048).map(Self::Rsa),
            Algorithm::Es256 => {
                EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Self::P256)
            }
            Algorithm::EdDsa => Ed25519KeyPair::generate().map(Self::Ed25519),
        }
        .map_err(|_| SigningKeyError::Generate)
    }

    pub(crate) fn from_pkcs8(algorithm: Algorithm, der: &[u8]) -> Result<Self, SigningKeyError> {
        match algorithm {
            Algorithm::Rs256 => rsa::KeyPair::from_pkcs8(der).map(Self::Rsa),
            Algorithm::Es256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map(Self::P256)
            }
            Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8(der).map(Self::Ed25519),
        }
        .map_err(|_| SigningKeyError::Rejected(algorithm))
    }

    /// PKCS #8 version 1, DER.
    pub(crate) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SigningKeyError> {
        let rsa_der = |pair: &rsa::KeyPair| -> Result<Pkcs8V1Der<'static>, _> { pair.as_der() };
        match self {
            Self::Rsa(pair) => rsa_der(pair).map(|der| der.as_ref().to_vec()),
            Self::P256(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
            Self::Ed25519(pair) => pair.to_pkcs8v1().map(|der| der.as_ref().to_vec()),
        }
        .map(Zeroizing::new)
        .map_err(|_| SigningKeyError::Encode)
    }

    /// The public half.
    pub(crate) fn public_material(&self) -> Result<PublicMaterial, SigningKeyError> {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Rsa(pair) => {
                let parts = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                Ok(PublicMaterial::Rsa {
                    n: encode(&parts.n),
                    e: encode(&parts.e),
                })
            }
            Self::P256(pair) => {
                // An uncompressed point (SEC 1, 2.3.3): 4, then both coordinates.
                let point = pair.public_key().as_ref().strip_prefix(&[4]);
                let (x, y) = point
                    .and_then(|coordinates| coordinates.split_at_checked(32))
                    .ok_or(SigningKeyError::Encode)?;
                Ok(PublicMaterial::P256 {
                    x: encode(x),
                    y: encode(y),
                })
            }
            Self::Ed25519(pair) => Ok(PublicMaterial::Ed25519 {
                x: encode(pair.public_key().as_ref()),
            }),
        }
    }

    /// The signature as a JWS wants it (RFC 7518, 3.3 and 3.4; RFC 8037, 3.1).
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningKeyError> {
        let random = SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .map(|()| signature)
            }
            Self::P256(pair) => pair
                .sign(&random, message)
                .map(|made| made.as_ref().to_vec()),
            Self::Ed25519(pair) => pair.try_sign(message).map(|made| made.as_ref().to_vec()),
        }
        .map_err(|_| SigningKeyError::Sign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and the signature of RFC 8037, appendix A; the 16 bytes in front say "PKCS #8,
    /// Ed25519".
    #[test]
    fn ed25519_signs_as_the_rfc_does() {
        let head = "302e020100300506032b657004220420";
        let mut der: Vec<u8> = (0..head.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&head[at..at + 2], 16).unwrap())
            .collect();
        let seed = URL_SAFE_NO_PAD
            .decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
            .unwrap();
        der.extend(seed);
        let pair = KeyPair::from_pkcs8(Algorithm::EdDsa, &der).unwrap();
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned();
        assert_eq!(
            pair.public_material().unwrap(),
            PublicMaterial::Ed25519 { x }
        );

        let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6\
                         dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        let made = pair.sign(message.as_bytes()).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(made), signature);
    }

    #[test]
    fn a_key_of_another_algorithm_is_rejected() {
        for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
            let der = KeyPair::generate(algorithm).unwrap().to_pkcs8().unwrap();
            for other in Algorithm::ALL
                .into_iter()
                .filter(|other| *other != algorithm)
            {
                let error = KeyPair::from_pkcs8(other, &der).unwrap_err();
                assert_eq!(error, SigningKeyError::Rejected(other));
            }
            assert!(KeyPair::from_pkcs8(algorithm, &der[1..]).is_err());
        }
    }
}
