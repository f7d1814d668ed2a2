//! What must hold after every crash.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::CONNECTIONS;
use super::load::Ledger;
use crate::database::{Database, Engine};
use crate::target::Target;

/// The events of one connection, oldest first, as name and id.
type History = Vec<(String, String)>;

/// Reads everything back and holds it against what the clients know. Answers how many reports were stored of those that
/// nobody knows about.
pub(super) async fn check(target: &Target, ledger: &Ledger) -> usize {
    let mut histories: BTreeMap<(String, &str), History> = BTreeMap::new();
    for account in &target.accounts {
        for connection in CONNECTIONS {
            let history = history(target, account, connection).await;
            histories.insert((account.clone(), connection), history);
        }
    }
    acknowledged_events_are_there_once(&histories, ledger);
    the_log_tells_the_same(target, &histories).await;
    let stored = histories.values().map(Vec::len).sum::<usize>();
    stored - ledger.acknowledged.len()
}

fn acknowledged_events_are_there_once(
    histories: &BTreeMap<(String, &str), History>,
    ledger: &Ledger,
) {
    for known in &ledger.acknowledged {
        let key = (known.sent.account.clone(), known.sent.connection);
        let found = histories[&key].get(known.version - 1);
        let expected = (known.sent.event.clone(), known.id.clone());
        assert_eq!(
            found,
            Some(&expected),
            "an acknowledged event is not in its place"
        );
    }
    let names: Vec<&String> = histories.values().flatten().map(|(name, _)| name).collect();
    let distinct: BTreeSet<&String> = names.iter().copied().collect();
    assert_eq!(names.len(), distinct.len(), "an event is there twice");
    let acknowledged = ledger.acknowledged.iter().map(|known| &known.sent.event);
    let unknown = ledger.unknown.iter().map(|sent| &sent.event);
    let sent: BTreeSet<&String> = acknowledged.chain(unknown).collect();
    let surprising: Vec<_> = distinct.difference(&sent).collect();
    assert!(surprising.is_empty(), "nobody reported {surprising:?}");
}

/// The whole history, whose length is the version of the record.
async fn history(target: &Target, account: &str, connection: &str) -> History {
    let path = format!("/v1/accounts/T112/management/accounts/{account}/connections/{connection}");
    let Some(record) = target.get(&path).await else {
        return History::new();
    };
    let mut history = History::new();
    let mut query = "?limit=100".to_owned();
    loop {
        let page = target.get(&format!("{path}/events{query}")).await.unwrap();
        let page = page.as_array().unwrap();
        let Some(last) = page.last() else { break };
        query = format!(
            "?limit=100&starting_after={}",
            last["paging_token"].as_str().unwrap()
        );
        history.extend(page.iter().map(|event| {
            assert_eq!(event["metadata"]["event"], event["event"], "half written");
            name_and_id(event)
        }));
    }
    assert_eq!(record["version"], history.len(), "versions have no gaps");
    let newest = record["events"].as_array().unwrap();
    let newest: History = newest.iter().map(name_and_id).collect();
    assert!(history.ends_with(&newest), "the record tells other events");
    history
}

async fn the_log_tells_the_same(target: &Target, histories: &BTreeMap<(String, &str), History>) {
    let mut told: BTreeMap<(String, String), History> = BTreeMap::new();
    target
        .read_log(|entry| {
            if entry["type"] == "kobling.connection_event.recorded" {
                let data = &entry["data"];
                let text = |name: &str| data[name].as_str().unwrap().to_owned();
                let history = told
                    .entry((text("account_id"), text("connection")))
                    .or_default();
                history.push(name_and_id(&data["event"]));
                assert_eq!(
                    data["version"],
                    history.len(),
                    "versions follow each other in the log"
                );
            }
        })
        .await;
    let stored = histories.iter().filter(|(_, history)| !history.is_empty());
    let stored: BTreeMap<(String, String), History> = stored
        .map(|((account, connection), history)| {
            ((account.clone(), (*connection).to_owned()), history.clone())
        })
        .collect();
    assert_eq!(told, stored, "the log and the histories differ");
}

fn name_and_id(event: &Value) -> (String, String) {
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    (text("event"), text("id"))
}

/// The database itself, after the last kill.
pub(super) async fn database(database: &Database) {
    if database.engine() == Engine::Sqlite {
        let sound = "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'";
        assert_eq!(database.count(sound).await, 1);
    }
    let faults = database
        .count(
            "SELECT (SELECT count(*) FROM streams WHERE last_seq <> \
                        (SELECT count(*) FROM log_entries WHERE partner = streams.partner)) \
                  + (SELECT count(*) FROM connections WHERE chain_length <> \
                        (SELECT count(*) FROM log_entries WHERE partner = connections.partner \
                         AND account = connections.account \
                         AND connection = connections.connection)) \
                  + (SELECT count(*) FROM answers WHERE NOT EXISTS \
                        (SELECT 1 FROM log_entries WHERE partner = answers.partner \
                         AND seq = answers.seq))",
        )
        .await;
    assert_eq!(faults, 0, "rows and log differ");
}
