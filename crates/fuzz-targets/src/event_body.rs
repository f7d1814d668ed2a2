//! The body of the event operation: what is accepted keeps its limits, and its metadata stays the text that came, in
//! the answer and in the log.

use api::readers;
use api::shape::{Kind, Strictness, check_answer};
use api::v1::models::connection_event::CONNECTION_EVENT;
use domain::connections::{
    ConnectionEvent, ConnectionName, DESCRIPTION_CHARS_MAX, EVENT_CHARS_MAX, METADATA_DEPTH_MAX,
    METADATA_KEYS_MAX, NewConnectionEvent,
};
use domain::log::{Fact, Link, LogEntry, Subject};
use domain::{AccountId, Actor, Timestamp};
use serde_json::Value;
use uuid::Uuid;

use crate::refusals;

pub(crate) fn run(bytes: &[u8]) {
    let strictly = readers::connection_event(bytes, Strictness::Strict);
    match readers::connection_event(bytes, Strictness::Lenient) {
        Ok(reported) => {
            keeps_its_limits(bytes, &reported);
            comes_back(&reported);
            match strictly {
                Ok(strictly) => assert_eq!(strictly, reported),
                Err(refusal) => refusals::check(refusal),
            }
        }
        Err(refusal) => {
            assert!(!refusal.problems().is_empty());
            assert!(strictly.is_err(), "refused, and strictly accepted");
            refusals::check(refusal);
        }
    }
}

fn keeps_its_limits(bytes: &[u8], reported: &NewConnectionEvent) {
    let body: Value = match serde_json::from_slice(bytes) {
        Ok(body) => body,
        // JSON has no limit on numbers, and metadata keeps their text; this reader has no type for such a one.
        Err(error) if error.to_string().starts_with("number out of range") => return,
        Err(error) => panic!("an accepted body is JSON: {error}"),
    };
    let text_of = |name: &str| body.get(name).and_then(Value::as_str);
    assert_eq!(text_of("status"), Some(reported.status.as_str()));
    assert_eq!(text_of("event"), Some(reported.event.as_str()));
    assert_eq!(text_of("description"), reported.description.as_deref());
    let length = reported.event.chars().count();
    assert!((1..=EVENT_CHARS_MAX).contains(&length), "{length}");
    let length = reported.description.as_deref().unwrap_or_default().chars();
    assert!(length.count() <= DESCRIPTION_CHARS_MAX);
    let Some(metadata) = &reported.metadata else {
        assert!(body.get("metadata").is_none_or(Value::is_null));
        return;
    };
    // The very bytes, and the value that any other reader of JSON sees there.
    let body_text = std::str::from_utf8(bytes).unwrap();
    assert!(body_text.contains(metadata.as_str()));
    let value: Value = serde_json::from_str(metadata.as_str()).unwrap();
    assert_eq!(Some(&value), body.get("metadata"));
    assert!(value.is_object());
    assert!(levels(&value) <= METADATA_DEPTH_MAX);
    assert!(keys(&value) <= METADATA_KEYS_MAX);
    assert!(!metadata.as_str().contains('\0'));
}

/// In the answer, and in the payload of its log entry.
fn comes_back(reported: &NewConnectionEvent) {
    let event = ConnectionEvent {
        id: Uuid::nil(),
        created_at: Timestamp::from_millis(1_700_000_000_000),
        created_by: Actor::client(Uuid::nil()),
        reported: reported.clone(),
    };
    let answer = readers::connection_event_answer(&event).expect("an answer");
    let kind = Kind::Object(&CONNECTION_EVENT);
    check_answer(&kind, &answer, Strictness::Strict).expect("the answer is as documented");
    let answer = String::from_utf8(answer).unwrap();
    if let Some(metadata) = &reported.metadata {
        assert!(answer.contains(&format!("\"metadata\":{}", metadata.as_str())));
    }
    let payload = storage::encode(&entry_of(event.clone())).expect("a payload");
    assert_eq!(storage::decode_event(&payload), Ok(event));
}

fn entry_of(event: ConnectionEvent) -> LogEntry {
    let account: AccountId = "T11200001".parse().unwrap();
    let connection = ConnectionName::PAYEX;
    LogEntry {
        partner: account.partner(),
        seq: 1,
        at: event.created_at,
        actor: event.created_by.clone(),
        subject: Subject {
            account,
            connection: Some(connection),
        },
        link: Link {
            index: 1,
            previous_seq: None,
            jump_seq: None,
        },
        fact: Fact::ConnectionEventRecorded {
            connection,
            version: 1,
            event,
            idempotency: None,
        },
    }
}

fn levels(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(levels).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(levels).max().unwrap_or(0),
        _ => 0,
    }
}

fn keys(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(keys).sum(),
        Value::Object(members) => members.len() + members.values().map(keys).sum::<usize>(),
        _ => 0,
    }
}
