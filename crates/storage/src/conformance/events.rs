//! Events: what was said comes back as it was said.

use domain::connections::ConnectionStatus::Pending;
use domain::connections::{DESCRIPTION_CHARS_MAX, EVENT_CHARS_MAX, RecordEvent};
use domain::{Caller, JsonText};

use crate::conformance::{TestDatabase, texts};

pub async fn metadata_comes_back_as_the_text_that_came(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    for (text, at) in texts::AWKWARD_JSON.into_iter().zip(0..) {
        let mut wish = db.event(account, "vipps", Pending);
        wish.event.metadata = Some(JsonText::from_checked(text));
        let answered = db.record(wish).await.event;
        let found = db.connection(account, "vipps").await.unwrap().events;
        assert_eq!(found[at], answered);
        let metadata = found[at].reported.metadata.as_ref().unwrap();
        assert_eq!(metadata.as_str(), text);
        let log = db.log(partner).await;
        let payload = log.last().unwrap().payload.as_str();
        assert!(payload.contains(text), "{text} in {payload}");
    }
}

pub async fn texts_of_every_kind_come_back_unchanged(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    let long = [
        texts::long(EVENT_CHARS_MAX),
        texts::long(DESCRIPTION_CHARS_MAX * 50),
    ];
    let all = texts::AWKWARD
        .into_iter()
        .chain(long.iter().map(String::as_str));
    for (text, at) in all.zip(0..) {
        let mut wish = RecordEvent {
            caller: Caller::command(text),
            ..db.event(account, "vipps", Pending)
        };
        wish.event.event = text.to_owned();
        wish.event.description = Some(text.to_owned());
        let answered = db.record(wish).await.event;
        assert_eq!(answered.reported.event, text);
        assert_eq!(answered.reported.description.as_deref(), Some(text));
        assert_eq!(answered.created_by.as_str(), text);
        let found = db.connection(account, "vipps").await.unwrap().events;
        assert_eq!(found[at], answered);
    }
}

pub async fn an_empty_description_is_not_an_absent_one(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    let mut wish = db.event(account, "vipps", Pending);
    wish.event.description = Some(String::new());
    db.write_all([db.event(account, "vipps", Pending), wish])
        .await;
    let found = db.connection(account, "vipps").await.unwrap().events;
    let described: Vec<_> = found
        .into_iter()
        .map(|event| event.reported.description)
        .collect();
    assert_eq!(described, [None, Some(String::new())]);
}
