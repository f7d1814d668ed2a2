//! Public keys that verify access tokens.

use crate::shape::{Field, Kind, List, Object};

/// One public key.
pub static JWK: Object = Object::named(
    "JsonWebKey",
    "A public key that verifies access tokens (RFC 7517).",
    &[&[
        Field::required("alg", Kind::OneOf(&["RS256", "ES256", "EdDSA"]))
            .about("The algorithm that it is for.")
            .example("\"RS256\""),
        Field::required("kty", Kind::OneOf(&["RSA", "EC", "OKP"]))
            .about("The kind of key.")
            .example("\"RSA\""),
        Field::required("use", Kind::OneOf(&["sig"]))
            .about("It verifies signatures.")
            .example("\"sig\""),
        Field::required("kid", Kind::TEXT).about("Its id; the header of a token names it."),
        Field::optional("n", Kind::TEXT).about("Of an RSA key: the modulus, in base64url."),
        Field::optional("e", Kind::TEXT)
            .about("Of an RSA key: the exponent.")
            .example("\"AQAB\""),
        Field::optional("crv", Kind::OneOf(&["P-256", "Ed25519"]))
            .about("Of an EC or OKP key: the curve."),
        Field::optional("x", Kind::TEXT)
            .about("Of an EC or OKP key: the first coordinate, in base64url."),
        Field::optional("y", Kind::TEXT)
            .about("Of an EC key: the second coordinate, in base64url."),
    ]],
);

/// A key set, as standard libraries read it.
pub static JWK_SET: Object = Object::named(
    "JsonWebKeySet",
    "The public keys of a partner, as standard libraries read them.",
    &[&[Field::required("keys", Kind::List(&KEYS))]],
);

/// The bare list of the published keys operation.
pub static KEYS: List = List {
    of: Kind::Object(&JWK),
    min: 0,
    max: 100,
};

/// The bare list.
pub const EXAMPLE_LIST: &str = r#"[
  {
    "alg": "RS256",
    "kty": "RSA",
    "use": "sig",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc",
    "e": "AQAB",
    "kid": "0198c0cf1f2e7a60"
  }
]"#;

/// The key set.
pub const EXAMPLE_SET: &str = r#"{
  "keys": [
    {
      "alg": "RS256",
      "kty": "RSA",
      "use": "sig",
      "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc",
      "e": "AQAB",
      "kid": "0198c0cf1f2e7a60"
    }
  ]
}"#;
