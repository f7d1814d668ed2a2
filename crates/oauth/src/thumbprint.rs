//! The name of a key, made from the key itself (RFC 7638), so that two different keys never share
//! one.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::public_jwk::PublicMaterial;

/// SHA-256 of the required members in alphabetical order, as 43 characters of base64url.
pub(crate) fn thumbprint(material: &PublicMaterial) -> String {
    // The numbers are base64url, so that no character needs escaping.
    let required = match material {
        PublicMaterial::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        PublicMaterial::P256 { x, y } => {
            format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#)
        }
        PublicMaterial::Ed25519 { x } => {
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#)
        }
    };
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, required.as_bytes()))
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::jwk::{Jwk, ThumbprintHash};

    use super::*;
    use crate::Algorithm;
    use crate::testing::signing_key;

    /// RFC 7638, 3.1.
    #[test]
    fn the_rsa_example_of_the_rfc() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxu\
                 hDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN\
                 5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5\
                 hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBni\
                 Iqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let material = PublicMaterial::Rsa {
            n: n.to_owned(),
            e: "AQAB".to_owned(),
        };
        assert_eq!(
            thumbprint(&material),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }

    /// RFC 8037, appendix A.3.
    #[test]
    fn the_ed25519_example_of_the_rfc() {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned();
        let material = PublicMaterial::Ed25519 { x };
        assert_eq!(
            thumbprint(&material),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
    }

    #[test]
    fn another_implementation_agrees() {
        for algorithm in Algorithm::ALL {
            let key = signing_key(algorithm).public_jwk();
            let theirs: Jwk = serde_json::from_str(&key.to_json()).unwrap();
            assert_eq!(
                theirs.thumbprint(ThumbprintHash::SHA256).unwrap(),
                key.kid()
            );
        }
    }
}
