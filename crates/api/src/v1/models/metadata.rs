//! Authorization server metadata, as RFC 8414 has it.

use crate::shape::{Field, Kind, List, Object};

static WORDS: List = List {
    of: Kind::TEXT,
    min: 0,
    max: 200,
};

/// What standard libraries need to get and verify tokens.
pub static SERVER_METADATA: Object = Object::named(
    "AuthorizationServerMetadata",
    "What standard libraries need to get and verify tokens (RFC 8414).",
    &[&[
        Field::required("issuer", Kind::URI).about("The iss of the partner's tokens."),
        Field::required("token_endpoint", Kind::URI).about("Where tokens are got."),
        Field::required("jwks_uri", Kind::URI).about("Where the keys are that verify them."),
        Field::required("grant_types_supported", Kind::List(&WORDS)),
        Field::required("response_types_supported", Kind::List(&WORDS)),
        Field::required("token_endpoint_auth_methods_supported", Kind::List(&WORDS)),
        Field::required("scopes_supported", Kind::List(&WORDS)),
        Field::required("service_documentation", Kind::URI),
    ]],
);

/// An answer.
pub const EXAMPLE: &str = r#"{
  "issuer": "https://kobling.example.com/v1/accounts/T11200000",
  "token_endpoint": "https://kobling.example.com/v1/accounts/T11200000/auth/token",
  "jwks_uri": "https://kobling.example.com/v1/accounts/T11200000/auth/jwks",
  "grant_types_supported": ["client_credentials"],
  "response_types_supported": [],
  "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
  "scopes_supported": ["admin:accounts", "write:accounts", "read:accounts"],
  "service_documentation": "https://kobling.example.com/docs"
}"#;
