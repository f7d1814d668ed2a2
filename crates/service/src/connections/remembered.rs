//! Answers about connections that are remembered until the connection changes.
//!
//! Every change of this process goes through its lanes, which forget what a batch may have changed before anyone is told
//! of it; changes of other processes are noticed by a number that the engine gives. Where an engine has no such number,
//! nothing is remembered.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use domain::AccountId;
use domain::connections::ConnectionName;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

/// Which connection.
pub(crate) type Key = (AccountId, ConnectionName);

/// Parts that the keys are spread over by a byte of their hash, each with a lock of its own.
const PARTS: usize = 256;

/// What an answer takes beside its bytes: key, counters, allocation.
const OVERHEAD_BYTES: u64 = 160;

/// The text that a connection was answered with.
#[derive(Clone, Debug)]
pub struct RememberedConnection {
    /// What the caller of the use case made of the record.
    pub text: Bytes,
    /// The version that it shows.
    pub version: u64,
}

/// Where an answer may be kept once it is made: worth nothing when the connection was changed in between.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    key: Key,
    forgotten: u64,
}

/// The answers of this process.
#[derive(Debug)]
pub(crate) struct RememberedConnections {
    answers: Cache<Key, RememberedConnection, ByBytes>,
    /// How often something in this part of the keys was forgotten.
    parts: [Mutex<u64>; PARTS],
    hasher: RandomState,
    /// The engine's number for the changes of others, as of which everything here is true.
    others: AtomicU64,
}

#[derive(Clone, Debug)]
struct ByBytes;

impl Weighter<Key, RememberedConnection> for ByBytes {
    fn weight(&self, _: &Key, answer: &RememberedConnection) -> u64 {
        u64::try_from(answer.text.len()).unwrap_or(u64::MAX / 2) + OVERHEAD_BYTES
    }
}

impl RememberedConnections {
    /// Remembers up to so many bytes.
    pub(crate) fn new(bytes_max: u64) -> Arc<Self> {
        let usual_answer = 1_000;
        let answers = usize::try_from(bytes_max / usual_answer).unwrap_or(usize::MAX);
        Arc::new(Self {
            answers: Cache::with_weighter(answers, bytes_max, ByBytes),
            parts: std::array::from_fn(|_| Mutex::new(0)),
            hasher: RandomState::new(),
            others: AtomicU64::new(0),
        })
    }

    /// The answer, if it is known and others have changed nothing since; otherwise the place for a new one.
    pub(crate) fn find(&self, key: Key, others: u64) -> Result<RememberedConnection, Place> {
        if self.others.load(Ordering::Acquire) != others {
            self.forget_all(others);
        }
        self.answers.get(&key).ok_or_else(|| Place {
            key,
            forgotten: *self.part(key),
        })
    }

    /// Keeps an answer, unless its connection may have changed since the place was given.
    pub(crate) fn keep(&self, place: Place, answer: RememberedConnection) {
        let forgotten = self.part(place.key);
        if *forgotten == place.forgotten {
            self.answers.insert(place.key, answer);
        }
    }

    /// Forgets what a batch may have changed.
    pub(crate) fn forget(&self, keys: impl IntoIterator<Item = Key>) {
        for key in keys {
            let mut forgotten = self.part(key);
            *forgotten += 1;
            self.answers.remove(&key);
        }
    }

    fn forget_all(&self, others: u64) {
        let mut parts: Vec<_> = self.parts.iter().map(lock).collect();
        for forgotten in &mut parts {
            **forgotten += 1;
        }
        self.answers.clear();
        self.others.store(others, Ordering::Release);
    }

    #[expect(clippy::indexing_slicing, reason = "there is a part for every byte")]
    fn part(&self, key: Key) -> MutexGuard<'_, u64> {
        let [part, ..] = self.hasher.hash_one(key).to_le_bytes();
        lock(&self.parts[usize::from(part)])
    }
}

fn lock(part: &Mutex<u64>) -> MutexGuard<'_, u64> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u32) -> Key {
        let partner: domain::PartnerId = "T112".parse().unwrap();
        (partner.account(number).unwrap(), ConnectionName::PAYEX)
    }

    fn answer(version: u64) -> RememberedConnection {
        let text = Bytes::from_static(b"{}");
        RememberedConnection { text, version }
    }

    #[test]
    fn an_answer_is_remembered_until_its_connection_changes() {
        let remembered = RememberedConnections::new(10_000);
        for number in [1, 2] {
            let place = remembered.find(key(number), 0).unwrap_err();
            remembered.keep(place, answer(1));
        }
        remembered.forget([key(1)]);
        assert!(remembered.find(key(1), 0).is_err());
        assert_eq!(remembered.find(key(2), 0).unwrap().version, 1);
    }

    #[test]
    fn an_answer_that_was_overtaken_is_not_kept() {
        let remembered = RememberedConnections::new(10_000);
        let place = remembered.find(key(1), 0).unwrap_err();
        remembered.forget([key(1)]);
        remembered.keep(place, answer(1));
        assert!(remembered.find(key(1), 0).is_err());
    }

    #[test]
    fn a_change_of_another_process_forgets_everything() {
        let remembered = RememberedConnections::new(10_000);
        let place = remembered.find(key(1), 0).unwrap_err();
        remembered.keep(place, answer(1));
        let overtaken = remembered.find(key(2), 0).unwrap_err();
        assert!(remembered.find(key(1), 7).is_err());
        remembered.keep(overtaken, answer(1));
        assert!(remembered.find(key(2), 7).is_err());
    }

    #[test]
    fn nothing_is_remembered_in_no_bytes() {
        let remembered = RememberedConnections::new(0);
        let place = remembered.find(key(1), 0).unwrap_err();
        remembered.keep(place, answer(1));
        assert!(remembered.find(key(1), 0).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let remembered = RememberedConnections::new(20_000);
        for number in 1..1_000 {
            let place = remembered.find(key(number), 0).unwrap_err();
            remembered.keep(place, answer(1));
        }
        assert!(remembered.answers.weight() <= 20_000);
        assert!(remembered.answers.len() > 10);
    }
}
