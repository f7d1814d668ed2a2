//! The connections of an account, by name.

use crate::shape::{Field, Kind, Object};

use super::connection::{CONNECTION, CONNECTION_FIELDS};

/// Every connection that an account has.
pub static ACCOUNT_CONNECTIONS: Object = Object::named(
    "AccountConnections",
    "The connections that the account has, by name. One without events and signup is not there.",
    &[&[
        Field::read_only("instabank", Kind::Object(&CONNECTION)),
        Field::read_only("vipps", Kind::Object(&CONNECTION)),
        Field::read_only("payex", Kind::Object(&PAYEX_CONNECTION)),
        Field::read_only("collector", Kind::Object(&CONNECTION)),
        Field::read_only("swish", Kind::Object(&CONNECTION)),
        Field::read_only("bambora", Kind::Object(&CONNECTION)),
        Field::read_only("klarna", Kind::Object(&CONNECTION)),
        Field::read_only("two", Kind::Object(&CONNECTION)),
        Field::read_only("vipps-psp", Kind::Object(&CONNECTION)),
        Field::read_only("kravia", Kind::Object(&CONNECTION)),
        Field::read_only("mastercard-tokenization", Kind::Object(&CONNECTION)),
        Field::read_only("visa-tokenization", Kind::Object(&CONNECTION)),
        Field::read_only("seitatech", Kind::Object(&CONNECTION)),
    ]],
);

/// PayEx has its record twice, for clients of the older shape.
static PAYEX_CONNECTION: Object = Object::named(
    "PayExAccountConnection",
    "The connection to PayEx. The same record stands again as creditcard, where older clients look for it.",
    &[
        CONNECTION_FIELDS,
        &[Field::read_only("creditcard", Kind::Object(&CONNECTION))
            .about("The same record, where clients of the older shape look for it.")
            .deprecated()],
    ],
);

/// The connections of an account.
pub const EXAMPLE: &str = r#"{
  "vipps": {
    "created_at": "2023-11-07T05:31:56.000Z",
    "created_by": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
    "updated_at": "2023-11-07T05:31:56.000Z",
    "status": "pending",
    "events": [
      {
        "status": "pending",
        "event": "signature_required",
        "id": "0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f",
        "created_at": "2023-11-07T05:31:56.000Z",
        "created_by": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10"
      }
    ],
    "version": 1
  }
}"#;
