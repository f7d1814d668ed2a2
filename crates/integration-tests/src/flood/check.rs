//! What was acknowledged is what is stored.

use std::collections::HashMap;

use super::phase::Seen;
use crate::target::Target;

/// How the log and the callers' knowledge differ.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Difference {
    /// Acknowledged, and not in the log under that id.
    pub missing: usize,
    /// In the log more than once.
    pub doubled: usize,
    /// In the log, and nobody was told so.
    pub untold: usize,
}

/// Reads the whole log through the API. Answers how many events it holds, and how that differs from what was seen.
pub(super) async fn compare(target: &Target, seen: &[&Seen]) -> (usize, Difference) {
    let mut told: HashMap<&str, &str> = HashMap::new();
    for (name, id) in seen.iter().flat_map(|seen| &seen.acknowledged) {
        told.insert(name, id);
    }
    let acknowledged = told.len();
    let mut stored = 0;
    let mut found = 0;
    let mut difference = Difference::default();
    let mut names = std::collections::HashSet::new();
    target
        .read_log(|entry| {
            if entry["type"] != "kobling.connection_event.recorded" {
                return;
            }
            stored += 1;
            let event = &entry["data"]["event"];
            let name = event["event"].as_str().unwrap();
            match told.get(name) {
                Some(id) if event["id"] == **id => found += 1,
                _ => difference.untold += 1,
            }
            if !names.insert(name.to_owned()) {
                difference.doubled += 1;
            }
        })
        .await;
    difference.missing = acknowledged - found.min(acknowledged);
    (stored, difference)
}
