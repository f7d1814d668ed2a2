//! All events that are stored, read back through the API in both ways that there are.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::target::Target;

/// The events of one connection, oldest first, as name and id.
pub(crate) type History = Vec<(String, String)>;

/// By account and connection.
pub(crate) type Histories = BTreeMap<(String, String), History>;

/// Reads the histories of these connections of all accounts, also those that are empty.
pub(crate) async fn read(target: &Target, connections: &[&str]) -> Histories {
    let mut histories = Histories::new();
    for account in &target.accounts {
        for connection in connections {
            let history = history(target, account, connection).await;
            histories.insert((account.clone(), (*connection).to_owned()), history);
        }
    }
    histories
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

/// Makes sure that the log has the same events in the same order, and neither `seq` nor versions have a gap.
pub(crate) async fn the_log_tells_the_same(target: &Target, histories: &Histories) {
    let mut told = Histories::new();
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
    let mut stored = histories.clone();
    stored.retain(|_, history| !history.is_empty());
    assert_eq!(told, stored, "the log and the histories differ");
}

fn name_and_id(event: &Value) -> (String, String) {
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    (text("event"), text("id"))
}
