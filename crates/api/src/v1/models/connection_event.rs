//! A connection event: one reported step of a connection.

use domain::connections::{ConnectionStatus, DESCRIPTION_CHARS_MAX, EVENT_CHARS_MAX};

use crate::shape::{Field, Kind, List, Object, Text};

/// The statuses of a connection.
pub const STATUSES: &[&str] = &ConnectionStatus::NAMES;

/// The fields of an event.
static EVENT_FIELDS: &[Field] = &[
    Field::required("status", Kind::OneOf(STATUSES))
        .about("The status that the connection has from now on.")
        .example("\"pending\""),
    Field::required("event", Kind::Text(Text::between(1, EVENT_CHARS_MAX)))
        .about("What happened, as a word for programs.")
        .example("\"signature_required\""),
    Field::always("id", Kind::TEXT)
        .about("The id of the event.")
        .example("\"0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f\""),
    Field::always("created_at", Kind::DATE_TIME)
        .about("When it was recorded: the time of its log entry.")
        .example("\"2023-11-07T05:31:56.000Z\""),
    Field::always("created_by", Kind::TEXT)
        .about("The id of the client that reported it.")
        .example("\"0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10\""),
    Field::optional("description", Kind::text(DESCRIPTION_CHARS_MAX))
        .about("What happened, in a few words for people.")
        .example("\"Vipps awaiting signature\""),
    Field::optional("metadata", Kind::Free)
        .about(
            "Keys and values of your own. They come back as the text that was sent: key order and numbers \
             are kept.",
        )
        .example(r#"{"signature_link": "https://sig.example.com/K34K244"}"#),
];

/// The body and the answer of the event operation.
pub static CONNECTION_EVENT: Object = Object::named(
    "AccountConnectionEvent",
    "One reported step of a connection. The connection takes its status.",
    &[EVENT_FIELDS],
);

/// An event in a history.
pub static LISTED_EVENT: Object = Object::named(
    "ListedConnectionEvent",
    "One reported step of a connection, and where the list goes on after it.",
    &[
        EVENT_FIELDS,
        &[Field::always("paging_token", Kind::TEXT)
            .about("To be sent as starting_after for what follows.")
            .example("\"ZTE\"")],
    ],
);

/// A page of a history.
pub static LISTED_EVENTS: List = List {
    of: Kind::Object(&LISTED_EVENT),
    min: 0,
    max: 100,
};

/// The smallest body.
pub const EXAMPLE_MINIMAL: &str = r#"{
  "status": "pending",
  "event": "signature_required"
}"#;

/// A body with everything.
pub const EXAMPLE_FULL: &str = r#"{
  "status": "pending",
  "event": "signature_required",
  "description": "Vipps awaiting signature",
  "metadata": {
    "signature_link": "https://sig.example.com/K34K244"
  }
}"#;

/// An answer.
pub const EXAMPLE: &str = r#"{
  "status": "pending",
  "event": "signature_required",
  "id": "0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f",
  "created_at": "2023-11-07T05:31:56.000Z",
  "created_by": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
  "description": "Vipps awaiting signature",
  "metadata": {
    "signature_link": "https://sig.example.com/K34K244"
  }
}"#;

/// A page of a history.
pub const EXAMPLE_LIST: &str = r#"[
  {
    "status": "pending",
    "event": "signature_required",
    "id": "0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f",
    "created_at": "2023-11-07T05:31:56.000Z",
    "created_by": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
    "paging_token": "ZTE"
  }
]"#;
