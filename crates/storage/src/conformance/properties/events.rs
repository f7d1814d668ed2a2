//! Any event, byte for byte.

use std::sync::Arc;

use domain::connections::{ConnectionStatus, RecordEvent};
use domain::{Actor, Clock, Entropy, JsonText};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::Order;
use crate::conformance::Fresh;
use crate::conformance::properties::runner::run;

const CASES: u32 = 96;

#[derive(Clone, Debug)]
struct Said {
    status: usize,
    actor: String,
    event: String,
    description: Option<String>,
    metadata: Option<String>,
}

/// Any text without NUL, which no caller can send.
fn text(chars: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let character = any::<char>().prop_map(|one| if one == '\0' { '\u{1}' } else { one });
    vec(character, chars).prop_map(|chars| chars.into_iter().collect())
}

/// JSON as people and programs write it: any white space, number text, key order and escapes. Keys differ.
fn json_object() -> impl Strategy<Value = String> {
    let number = "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?([eE][-+]?[0-9]{1,4})?";
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        number,
        json_characters().prop_map(|inside| format!("\"{inside}\"")),
    ];
    let value = leaf.prop_recursive(4, 32, 6, |value| {
        prop_oneof![
            (vec(value.clone(), 0..5), space()).prop_map(|(values, space)| {
                format!("[{space}{}{space}]", values.join(&format!("{space},")))
            }),
            object(value),
        ]
    });
    object(value)
}

fn object(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let member = (json_characters(), space(), value);
    (vec(member, 0..5), space()).prop_map(|(members, space)| {
        let member = |(at, (key, gap, value)): (usize, (String, String, String))| {
            format!("{gap}\"{at}{key}\"{gap}:{gap}{value}{gap}")
        };
        let members: Vec<String> = members.into_iter().enumerate().map(member).collect();
        format!("{{{space}{}{space}}}", members.join(","))
    })
}

fn space() -> impl Strategy<Value = String> {
    "[ \t\r\n]{0,3}"
}

/// The inside of a JSON string: characters as they are, and in each way to escape them.
fn json_characters() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        any::<char>()
            .prop_filter("must be escaped", |one| *one >= ' '
                && !r#""\"#.contains(*one))
            .prop_map(String::from),
        "\\\\[bfnrt/\"\\\\]",
        "\\\\u(00[2-9a-fA-F][0-9a-fA-F]|[1-9a-cA-C][0-9a-fA-F]{3})",
        "\\\\ud83d\\\\ude[0-4][0-9a-f]",
    ];
    vec(part, 0..12).prop_map(|parts| parts.concat())
}

fn said() -> impl Strategy<Value = Said> {
    let texts = (text(1..20), text(1..257), option::of(text(0..1_001)));
    let metadata = option::weighted(0.9, json_object());
    let said = (0..4_usize, texts, metadata);
    said.prop_map(|(status, (actor, event, description), metadata)| Said {
        status,
        actor,
        event,
        description,
        metadata,
    })
}

/// What was said comes back from the answer, the record, the history and the log as it was said.
pub fn any_event_survives_writing_and_reading_byte_for_byte(
    make: impl AsyncFn(Arc<dyn Clock>, Arc<dyn Entropy>) -> Fresh,
) {
    run(make, CASES, vec(said(), 1..4), async |db, partners, all| {
        let partner = partners[0];
        let Ok(_) = db.write(db.add_partner(partner)).await;
        let account = partner.own_account();
        let wish = |said: &Said| {
            let mut wish = db.event(account, "vipps", ConnectionStatus::ALL[said.status]);
            wish.caller.actor = Actor::named(&said.actor);
            wish.event.event.clone_from(&said.event);
            wish.event.description.clone_from(&said.description);
            let metadata = said.metadata.clone();
            wish.event.metadata = metadata.map(JsonText::from_checked);
            wish
        };
        let wishes: Vec<RecordEvent> = all.iter().map(wish).collect();
        let outcomes = db.write_all(wishes.clone()).await;
        let record = db.connection(account, "vipps").await.unwrap();
        let history = db.history_by_pages(account, "vipps", Order::Ascending, 2);
        let history = history.await;
        let log = db.log(partner).await;
        assert_eq!(record.events.len(), wishes.len());
        assert_eq!(history.len(), wishes.len());
        for (at, (wish, outcome)) in wishes.into_iter().zip(outcomes).enumerate() {
            let answered = outcome.unwrap().event;
            assert_eq!(answered.reported, wish.event);
            assert_eq!(answered.created_by, wish.caller.actor);
            assert_eq!(record.events[at], answered);
            assert_eq!(history[at].event, answered);
            let entry = &log[at + 1];
            assert!(entry.is_intact());
            assert_eq!(entry.actor, wish.caller.actor);
            if let Some(metadata) = &wish.event.metadata {
                assert!(entry.payload.as_str().contains(metadata.as_str()));
            }
        }
    });
}
