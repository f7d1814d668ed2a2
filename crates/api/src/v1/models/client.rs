//! An API client: what gets tokens.

use crate::shape::{Field, Kind, List, Object, Rule, Text};

use super::entity::ENTITY;

static CLIENT_FIELDS: &[Field] = &[
    Field::optional("name", Kind::text(255)).example("\"Webshop integration\""),
    Field::optional("description", Kind::text(1_000)),
    Field::optional(
        "client_id",
        Kind::Text(Text::between(1, 255).rule(CLIENT_ID)),
    )
    .about("The id that the client shows in a token request; made when it is not chosen.")
    .example("\"ecom-123\""),
    Field::optional(
        "callbacks",
        Kind::List(&List {
            of: Kind::text(2_048),
            min: 0,
            max: 100,
        }),
    )
    .about("Addresses that a login may return to."),
];

/// A client. Its secret is never in it.
pub static CLIENT: Object = Object::named(
    "Client",
    "An API client. Grants refer to it by id, token requests by client_id.",
    &[ENTITY, CLIENT_FIELDS],
);

/// A client and its secret, which is told once.
pub static CLIENT_WITH_SECRET: Object = Object::named(
    "ClientWithSecret",
    "An API client with its new secret. The secret is told this once and never again.",
    &[
        ENTITY,
        CLIENT_FIELDS,
        &[Field::always("client_secret", Kind::TEXT).about("Keep it: it cannot be shown again.")],
    ],
);

const CLIENT_ID: Rule = Rule {
    regex: Some(r"^[ -9;-~]+$"),
    holds: |text| {
        text.bytes()
            .all(|byte| matches!(byte, b' '..=b'~') && byte != b':')
    },
    words: "ASCII characters without a colon, which would end it in an Authorization header",
};

/// A body that creates a client.
pub const EXAMPLE_BODY: &str = r#"{
  "name": "Webshop integration",
  "client_id": "ecom-123"
}"#;

/// An answer.
pub const EXAMPLE: &str = r#"{
  "id": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
  "created_at": "2026-05-12T08:30:00.000Z",
  "created_by": "bootstrap",
  "name": "Webshop integration",
  "client_id": "ecom-123"
}"#;

/// An answer with the secret.
pub const EXAMPLE_WITH_SECRET: &str = r#"{
  "id": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
  "created_at": "2026-05-12T08:30:00.000Z",
  "created_by": "bootstrap",
  "name": "Webshop integration",
  "client_id": "ecom-123",
  "client_secret": "b4k-example-only-example-only-example-only0"
}"#;

/// All clients of an account.
pub static CLIENTS: List = List {
    of: Kind::Object(&CLIENT),
    min: 0,
    max: usize::MAX,
};

/// Clients of an account.
pub const EXAMPLE_LIST: &str = r#"[
  {
    "id": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
    "created_at": "2026-05-12T08:30:00.000Z",
    "created_by": "bootstrap",
    "name": "Webshop integration",
    "client_id": "ecom-123"
  }
]"#;

/// A client that was deleted.
pub const EXAMPLE_DELETED: &str = r#"{
  "id": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
  "created_at": "2026-05-12T08:30:00.000Z",
  "created_by": "bootstrap",
  "deleted_by": "0198c0cf-0a4d-7d33-8a7b-91b6f2d0c5e4",
  "deleted_at": "2026-05-13T09:00:00.000Z",
  "client_id": "ecom-123"
}"#;
