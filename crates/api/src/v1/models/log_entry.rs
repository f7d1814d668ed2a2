//! An entry of a partner's log, as CloudEvents 1.0 writes an event in JSON.

use crate::shape::{Field, Kind, Object, Text};

/// One entry of the log.
pub static LOG_ENTRY: Object = Object::named(
    "LogEntry",
    "One change, as a CloudEvent 1.0 with seq and actor as extension attributes.",
    &[&[
        Field::required("specversion", Kind::OneOf(&["1.0"])).about("The version of CloudEvents."),
        Field::required("id", Kind::Text(Text::between(1, 255))).about("The id of the entry."),
        Field::required("source", Kind::TEXT)
            .about("The partner whose log it is in.")
            .example("\"/v1/accounts/T11200000\""),
        Field::required("type", Kind::TEXT)
            .about("What kind of change it is.")
            .example("\"kobling.connection_event.recorded\""),
        Field::optional("subject", Kind::TEXT)
            .about("What changed.")
            .example("\"T11200001/connections/vipps\""),
        Field::required("time", Kind::DATE_TIME)
            .about("When it was recorded. It never runs backwards from one seq to the next."),
        Field::optional("datacontenttype", Kind::OneOf(&["application/json"])),
        Field::optional("data", Kind::Free).about("The change itself."),
        Field::required(
            "seq",
            Kind::Integer {
                min: 1,
                max: i64::MAX,
            },
        )
        .about("Its number in the partner's log: from 1, without gaps, in the order of commits.")
        .example("42"),
        Field::required("actor", Kind::TEXT)
            .about("The id of the client that made the change.")
            .example("\"0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10\""),
    ]],
);

/// An entry.
pub const EXAMPLE: &str = r#"{
  "specversion": "1.0",
  "id": "42",
  "source": "/v1/accounts/T11200000",
  "type": "kobling.connection_event.recorded",
  "subject": "T11200001/connections/vipps",
  "time": "2023-11-07T05:31:56.000Z",
  "datacontenttype": "application/json",
  "seq": 42,
  "actor": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
  "data": {
    "account_id": "T11200001",
    "connection": "vipps",
    "version": 1,
    "event": {
      "id": "0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f",
      "status": "pending",
      "event": "signature_required",
      "created_at": "2023-11-07T05:31:56.000Z",
      "created_by": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10"
    }
  }
}"#;

/// A page of the log.
pub const EXAMPLE_LIST: &str = r#"[
  {
    "specversion": "1.0",
    "id": "42",
    "source": "/v1/accounts/T11200000",
    "type": "kobling.connection_event.recorded",
    "subject": "T11200001/connections/vipps",
    "time": "2023-11-07T05:31:56.000Z",
    "datacontenttype": "application/json",
    "seq": 42,
    "actor": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10",
    "data": {
      "account_id": "T11200001",
      "connection": "vipps",
      "version": 1,
      "event": {
        "id": "0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f",
        "status": "pending",
        "event": "signature_required",
        "created_at": "2023-11-07T05:31:56.000Z",
        "created_by": "0198c0dd-1b7a-7f52-9a61-0c2f5b8d4e10"
      }
    }
  }
]"#;
