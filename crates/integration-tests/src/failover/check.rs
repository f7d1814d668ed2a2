//! What was acknowledged is what is stored.

use std::collections::HashMap;

use super::load::{Acknowledged, CONNECTIONS};
use crate::histories::{self, Histories};
use crate::target::Target;

/// How the store and the callers' knowledge differ.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Difference {
    /// Acknowledged, and not stored under that id.
    pub lost: usize,
    /// Stored more often than once, by the idempotency key that each event has as its name.
    pub doubled: usize,
    /// Acknowledged at another version than it is stored at.
    pub moved: usize,
    /// Stored, and nobody was told so.
    pub untold: usize,
}

/// Reads everything through the API. Answers how many events are stored, and how that differs from what is known. Panics
/// where the log and the histories differ, or `seq` or a version has a gap.
pub(super) async fn compare(target: &Target, known: &[Acknowledged]) -> (usize, Difference) {
    let histories = histories::read(target, &CONNECTIONS).await;
    histories::the_log_tells_the_same(target, &histories).await;
    difference(&histories, known)
}

fn difference(histories: &Histories, known: &[Acknowledged]) -> (usize, Difference) {
    let mut stored: HashMap<&str, Vec<Stored<'_>>> = HashMap::new();
    let mut count = 0;
    for ((account, connection), history) in histories {
        for (index, (event, id)) in history.iter().enumerate() {
            count += 1;
            stored.entry(event).or_default().push(Stored {
                account,
                connection,
                id,
                version: index + 1,
            });
        }
    }
    let mut difference = Difference {
        doubled: stored.values().map(|all| all.len() - 1).sum(),
        ..Difference::default()
    };
    for one in known {
        let found = stored.remove(&*one.event).unwrap_or_default();
        let is_it = |stored: &&Stored<'_>| {
            (stored.account, stored.connection, stored.id)
                == (&one.account, one.connection, &one.id)
        };
        match found.iter().find(is_it) {
            None => difference.lost += 1,
            Some(stored) if stored.version != one.version => difference.moved += 1,
            Some(_) => {}
        }
    }
    difference.untold = stored.len();
    (count, difference)
}

struct Stored<'a> {
    account: &'a str,
    connection: &'a str,
    id: &'a str,
    version: usize,
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    fn known(event: &str, id: &str, version: usize) -> Acknowledged {
        Acknowledged {
            account: "T11200001".to_owned(),
            connection: "vipps",
            event: event.to_owned(),
            id: id.to_owned(),
            version,
            at: Instant::now(),
        }
    }

    fn histories(events: &[(&str, &str)]) -> Histories {
        let own = |(event, id): &(&str, &str)| ((*event).to_owned(), (*id).to_owned());
        let place = ("T11200001".to_owned(), "vipps".to_owned());
        Histories::from([(place, events.iter().map(own).collect())])
    }

    #[test]
    fn what_is_stored_as_it_was_acknowledged_differs_in_nothing() {
        let known = [known("x", "1", 1), known("y", "2", 2)];

        let (count, found) = difference(&histories(&[("x", "1"), ("y", "2")]), &known);

        assert_eq!((count, found), (2, Difference::default()));
    }

    #[test]
    fn each_difference_is_told() {
        let stored = histories(&[("x", "1"), ("x", "9"), ("y", "2"), ("z", "3"), ("v", "4")]);
        let known = [
            known("x", "1", 1),
            known("y", "2", 2),
            known("z", "other", 4),
            known("w", "5", 6),
        ];

        let (count, found) = difference(&stored, &known);

        let expected = Difference {
            lost: 2,
            doubled: 1,
            moved: 1,
            untold: 1,
        };
        assert_eq!((count, found), (5, expected));
    }
}
