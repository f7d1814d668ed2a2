//! What must hold after every crash.

use std::collections::BTreeSet;

use super::CONNECTIONS;
use super::load::Ledger;
use crate::database::{Database, Engine};
use crate::histories::{self, Histories};
use crate::target::Target;

/// Reads everything back and holds it against what the clients know. Answers how many reports were stored of those that
/// nobody knows about.
pub(super) async fn check(target: &Target, ledger: &Ledger) -> usize {
    let histories = histories::read(target, &CONNECTIONS).await;
    acknowledged_events_are_there_once(&histories, ledger);
    histories::the_log_tells_the_same(target, &histories).await;
    let stored = histories.values().map(Vec::len).sum::<usize>();
    stored - ledger.acknowledged.len()
}

fn acknowledged_events_are_there_once(histories: &Histories, ledger: &Ledger) {
    for known in &ledger.acknowledged {
        let key = (known.sent.account.clone(), known.sent.connection.to_owned());
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
