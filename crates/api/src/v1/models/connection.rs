//! The record of a connection: what all its events add up to.

use crate::shape::{Field, Kind, List, Object};

use super::connection_event::{CONNECTION_EVENT, STATUSES};

/// Events that stand inside a record; the history has all of them.
pub const EVENTS_MAX: usize = service::connections::EVENTS_EMBEDDED_MAX;

/// The fields of every connection record.
pub static CONNECTION_FIELDS: &[Field] = &[
    Field::always("created_at", Kind::DATE_TIME).about("When the connection came to be."),
    Field::always("created_by", Kind::TEXT)
        .about("The id of the client whose signup or event made it."),
    Field::always("updated_at", Kind::DATE_TIME).about("When it last changed."),
    Field::always("status", Kind::OneOf(STATUSES))
        .about("The status of the newest event.")
        .example("\"enabled\""),
    Field::read_only("metadata", Kind::Free)
        .about("Keys and values that belong to the connection."),
    Field::read_only("events", Kind::List(&EVENTS))
        .about("The newest 100 events, oldest first. Left out of lists and notifications."),
    Field::always(
        "version",
        Kind::Integer {
            min: 1,
            max: i64::MAX,
        },
    )
    .about("Moves by one at every change of the connection; it is also the ETag.")
    .example("3"),
];

static EVENTS: List = List {
    of: Kind::Object(&CONNECTION_EVENT),
    min: 0,
    max: EVENTS_MAX,
};

/// The record of one connection.
pub static CONNECTION: Object = Object::named(
    "AccountConnection",
    "An account's relation to one payment provider. Its name is the key that it stands under.",
    &[CONNECTION_FIELDS],
);

/// An answer.
pub const EXAMPLE: &str = r#"{
  "created_at": "2023-11-07T05:31:56.000Z",
  "created_by": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
  "updated_at": "2023-11-09T12:02:11.480Z",
  "status": "enabled",
  "events": [
    {
      "status": "pending",
      "event": "signature_required",
      "id": "0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f",
      "created_at": "2023-11-07T05:31:56.000Z",
      "created_by": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10"
    },
    {
      "status": "enabled",
      "event": "approved",
      "id": "0198cb1f-77d2-7a04-b5f3-5f0f3f6b1c9d",
      "created_at": "2023-11-09T12:02:11.480Z",
      "created_by": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10"
    }
  ],
  "version": 2
}"#;
