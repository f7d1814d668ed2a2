//! The public half of a signing key as a JSON Web Key (RFC 7517), in the shape of the contract's
//! key set.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::algorithm::Algorithm;
use crate::thumbprint::thumbprint;

/// `alg`, `kty`, `use` (always `sig`), `kid`, then `n` and `e` (RSA), `crv`, `x` and `y` (EC), or
/// `crv` and `x` (OKP).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Members", try_from = "Members")]
pub struct PublicJwk {
    kid: String,
    material: PublicMaterial,
}

/// The numbers of a public key, each as unpadded base64url of its big-endian bytes. Its kind
/// decides the algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PublicMaterial {
    Rsa { n: String, e: String },
    P256 { x: String, y: String },
    Ed25519 { x: String },
}

/// The text is not a public key that tokens can be verified with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JwkError {
    /// Not a JSON object with the members that every key has.
    #[error("the key is not a JSON object with alg, kty, use and kid")]
    Malformed,
    /// `alg`, `kty`, `use` and `crv` are not one of the combinations that tokens are signed with.
    #[error("the key's alg, kty, use and crv are not those of an RS256, ES256 or EdDSA key")]
    Unsupported,
    /// A number of the key is missing, not base64url, or not of the right size.
    #[error("the key's {0} is missing or malformed")]
    BadMember(&'static str),
}

#[derive(Serialize, Deserialize)]
struct Members {
    alg: Algorithm,
    kty: String,
    #[serde(rename = "use")]
    usage: String,
    kid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    y: Option<String>,
}

impl PublicJwk {
    /// Names the key by its thumbprint.
    pub(crate) fn new(material: PublicMaterial) -> Self {
        Self {
            kid: thumbprint(&material),
            material,
        }
    }

    /// The name of the key, as in the header of tokens: the RFC 7638 thumbprint, unless the key
    /// came from elsewhere.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The one algorithm of signatures under this key.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.material {
            PublicMaterial::Rsa { .. } => Algorithm::Rs256,
            PublicMaterial::P256 { .. } => Algorithm::Es256,
            PublicMaterial::Ed25519 { .. } => Algorithm::EdDsa,
        }
    }

    /// The key as a JSON object, for storing.
    #[must_use]
    #[expect(clippy::expect_used, reason = "an object of strings is always JSON")]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings serialise")
    }

    /// Reads what [`Self::to_json`] wrote; members that it does not know are ignored.
    ///
    /// # Errors
    /// [`JwkError`].
    pub fn from_json(text: &str) -> Result<Self, JwkError> {
        serde_json::from_str::<Members>(text)
            .map_err(|_| JwkError::Malformed)?
            .try_into()
    }

    pub(crate) fn material(&self) -> &PublicMaterial {
        &self.material
    }
}

impl From<PublicJwk> for Members {
    fn from(key: PublicJwk) -> Self {
        let alg = key.algorithm();
        let (kty, crv, n, e, x, y) = match key.material {
            PublicMaterial::Rsa { n, e } => ("RSA", None, Some(n), Some(e), None, None),
            PublicMaterial::P256 { x, y } => ("EC", Some("P-256"), None, None, Some(x), Some(y)),
            PublicMaterial::Ed25519 { x } => ("OKP", Some("Ed25519"), None, None, Some(x), None),
        };
        let (kty, usage, crv) = (kty.to_owned(), "sig".to_owned(), crv.map(str::to_owned));
        Self {
            alg,
            kty,
            usage,
            kid: key.kid,
            n,
            e,
            crv,
            x,
            y,
        }
    }
}

impl TryFrom<Members> for PublicJwk {
    type Error = JwkError;

    fn try_from(members: Members) -> Result<Self, JwkError> {
        let Members {
            alg,
            kty,
            usage,
            kid,
            n,
            e,
            crv,
            x,
            y,
        } = members;
        if usage != "sig" {
            return Err(JwkError::Unsupported);
        }
        let material = match (alg, kty.as_str(), crv.as_deref()) {
            (Algorithm::Rs256, "RSA", None) => {
                // 2048 to 8192 bits, as the verifier takes them.
                PublicMaterial::Rsa {
                    n: number(n, "n", 256, 1024)?,
                    e: number(e, "e", 1, 8)?,
                }
            }
            (Algorithm::Es256, "EC", Some("P-256")) => PublicMaterial::P256 {
                x: number(x, "x", 32, 32)?,
                y: number(y, "y", 32, 32)?,
            },
            (Algorithm::EdDsa, "OKP", Some("Ed25519")) => PublicMaterial::Ed25519 {
                x: number(x, "x", 32, 32)?,
            },
            _ => return Err(JwkError::Unsupported),
        };
        Ok(Self { kid, material })
    }
}

/// Takes a number whose bytes are between `length_min` and `length_max` many.
fn number(
    text: Option<String>,
    name: &'static str,
    length_min: usize,
    length_max: usize,
) -> Result<String, JwkError> {
    let text = text.ok_or(JwkError::BadMember(name))?;
    let bytes = URL_SAFE_NO_PAD
        .decode(&text)
        .map_err(|_| JwkError::BadMember(name))?;
    let fits = (length_min..=length_max).contains(&bytes.len());
    if fits {
        Ok(text)
    } else {
        Err(JwkError::BadMember(name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::testing::signing_key;

    #[test]
    fn each_kind_of_key_has_its_members_in_order() {
        let names = |algorithm| {
            let json = signing_key(algorithm).public_jwk().to_json();
            let parts = json.trim_matches(['{', '}']).split(',');
            parts
                .map(|part| part.split('"').nth(1).unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names(Algorithm::Rs256),
            ["alg", "kty", "use", "kid", "n", "e"]
        );
        assert_eq!(
            names(Algorithm::Es256),
            ["alg", "kty", "use", "kid", "crv", "x", "y"]
        );
        assert_eq!(
            names(Algorithm::EdDsa),
            ["alg", "kty", "use", "kid", "crv", "x"]
        );
    }

    #[test]
    fn a_key_is_read_as_it_was_written() {
        for algorithm in Algorithm::ALL {
            let key = signing_key(algorithm).public_jwk();
            let json: Value = serde_json::from_str(&key.to_json()).unwrap();
            assert_eq!(json["alg"], algorithm.as_str());
            assert_eq!(json["use"], "sig");
            assert_eq!(json["kid"], key.kid());
            assert_eq!(PublicJwk::from_json(&key.to_json()).as_ref(), Ok(key));
            assert_eq!(serde_json::from_value::<PublicJwk>(json).unwrap(), *key);
        }
    }

    #[test]
    fn a_wrong_member_is_refused() {
        let key = signing_key(Algorithm::Es256).public_jwk().to_json();
        let refusal = |name: &str, value: Value| {
            let mut json: Value = serde_json::from_str(&key).unwrap();
            json[name] = value;
            PublicJwk::from_json(&json.to_string()).unwrap_err()
        };
        assert_eq!(refusal("x", json!("AQAB")), JwkError::BadMember("x"));
        assert_eq!(refusal("y", json!("not base64")), JwkError::BadMember("y"));
        assert_eq!(refusal("y", Value::Null), JwkError::BadMember("y"));
        assert_eq!(refusal("use", json!("enc")), JwkError::Unsupported);
        assert_eq!(refusal("kty", json!("oct")), JwkError::Unsupported);
        assert_eq!(refusal("crv", json!("P-384")), JwkError::Unsupported);
        assert_eq!(refusal("alg", json!("EdDSA")), JwkError::Unsupported);
        assert_eq!(refusal("alg", json!("HS256")), JwkError::Malformed);
        assert_eq!(refusal("kid", json!(1)), JwkError::Malformed);
        assert_eq!(PublicJwk::from_json("[]"), Err(JwkError::Malformed));
    }
}
