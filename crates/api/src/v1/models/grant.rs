//! A client grant: what audience and scopes a client may get.

use domain::Scope;

use crate::shape::{Field, Kind, List, Object, Text};

use super::access_token::AUDIENCE_TEXT;
use super::entity::ENTITY;

/// What a grant may serve.
pub const TYPES: &[&str] = &domain::grants::GrantType::NAMES;

static SCOPE_LIST: List = List {
    of: Kind::Text(Text::at_most(255).listed(&Scope::NAMES)),
    min: 1,
    max: 100,
};

/// A grant.
pub static GRANT: Object = Object::named(
    "ClientGrant",
    "What audience and scopes a client may get.",
    &[
        ENTITY,
        &[
            Field::required("client_id", Kind::text(255))
                .about("The id of the client: its id, not its client_id.")
                .example("\"0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10\""),
            Field::required("audience", AUDIENCE_TEXT)
                .about("The account that its tokens are for; the account id at the end is what counts.")
                .example("\"https://api.dintero.com/v1/accounts/T11200000\""),
            Field::required("scope", Kind::List(&SCOPE_LIST))
                .about("The scopes of its tokens.")
                .example(r#"["admin:accounts"]"#),
            Field::optional("type", Kind::OneOf(TYPES))
                .about("The grant_type that may use it; any when it is left out.")
                .example("\"any\""),
            Field::optional("oidc", Kind::Free)
                .about("An outside identity server. This version has no login through one and refuses it.")
                .refused("this version has no login through an outside identity server; leave oidc out"),
        ],
    ],
);

/// A body that creates a grant.
pub const EXAMPLE_BODY: &str = r#"{
  "client_id": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
  "audience": "https://api.dintero.com/v1/accounts/T11200000",
  "scope": ["write:accounts"]
}"#;

/// An answer.
pub const EXAMPLE: &str = r#"{
  "id": "0198c0e1-9f00-7a55-8c3d-4b2e1a7f6d90",
  "created_at": "2026-05-12T08:31:10.000Z",
  "created_by": "bootstrap",
  "client_id": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
  "audience": "https://api.dintero.com/v1/accounts/T11200000",
  "scope": ["write:accounts"],
  "type": "any"
}"#;

/// All grants of an account's clients.
pub static GRANTS: List = List {
    of: Kind::Object(&GRANT),
    min: 0,
    max: usize::MAX,
};

/// Grants.
pub const EXAMPLE_LIST: &str = r#"[
  {
    "id": "0198c0e1-9f00-7a55-8c3d-4b2e1a7f6d90",
    "created_at": "2026-05-12T08:31:10.000Z",
    "created_by": "bootstrap",
    "client_id": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
    "audience": "https://api.dintero.com/v1/accounts/T11200000",
    "scope": ["write:accounts"],
    "type": "any"
  }
]"#;

/// A grant that was taken back.
pub const EXAMPLE_DELETED: &str = r#"{
  "id": "0198c0e1-9f00-7a55-8c3d-4b2e1a7f6d90",
  "created_at": "2026-05-12T08:31:10.000Z",
  "created_by": "bootstrap",
  "deleted_by": "0198c0cf-0a4d-7d33-8a7b-91b6f2d0c5e4",
  "deleted_at": "2026-05-13T09:00:00.000Z",
  "client_id": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
  "audience": "https://api.dintero.com/v1/accounts/T11200000",
  "scope": ["write:accounts"],
  "type": "any"
}"#;
