//! What is counted while the service works: numbers in memory, and nothing about how they are shown.
//!
//! Counting costs an atomic addition and no allocation. Labels exist only where the numbers are read: each labelled
//! series is a field of its own. The types are for the crates above as well.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use storage::WriteError;

use crate::refusal::{Denied, Refusal};

/// Times of a batch in nanoseconds: the upper bounds of the histogram's buckets.
const BATCH_NANOS: &[u64] = &[
    100_000,
    250_000,
    500_000,
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    1_000_000_000,
    5_000_000_000,
];

/// Changes of a batch: the upper bounds of the histogram's buckets.
const BATCH_CHANGES: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

/// A number that grows and shrinks.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

/// How often a number fell between which bounds, and the sum of all.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// One for each bound, and one for what is beyond the last.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// What the use cases count.
#[derive(Debug)]
pub struct Metrics {
    /// Changes that were taken into a lane's queue.
    pub changes_accepted: Counter,
    /// Changes that were refused because their lane's queue was full.
    pub changes_refused: Counter,
    /// Changes in each batch.
    pub batch_changes: Histogram,
    /// Nanoseconds from taking a batch to its being on disk.
    pub batch_nanos: Histogram,
    /// Batches of which nothing was written because of an error.
    pub batches_not_written: Counter,
    /// Batches of which it is not known whether they were written.
    pub batches_unknown: Counter,
    /// Callers that were recognised by a token that was remembered.
    pub tokens_known: Counter,
    /// Callers that were recognised by a token whose signature was verified.
    pub tokens_verified: Counter,
    /// Callers whose token was malformed, expired, or signed by somebody else.
    pub tokens_invalid: Counter,
    /// Callers whose token was good and whose rights were withdrawn.
    pub tokens_revoked: Counter,
    /// Callers that could not be recognised because something failed.
    pub tokens_failed: Counter,
    /// Access tokens given to clients.
    pub tokens_issued: Counter,
}

impl Counter {
    /// Adds to it.
    pub fn add(&self, number: u64) {
        self.0.fetch_add(number, Ordering::Relaxed);
    }

    /// What it has come to.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Gauge {
    /// One more.
    pub fn raise(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// One fewer; to be called once for each `raise`.
    pub fn lower(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many there are.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Histogram {
    /// With these upper bounds, which ascend and belong to their buckets.
    #[must_use]
    pub fn new(bounds: &'static [u64]) -> Self {
        let counts = (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self {
            bounds,
            counts,
            sum: AtomicU64::new(0),
        }
    }

    /// Counts a number in.
    pub fn record(&self, number: u64) {
        let bucket = self.bounds.iter().position(|bound| number <= *bound);
        let bucket = bucket.unwrap_or(self.bounds.len());
        if let Some(count) = self.counts.get(bucket) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum.fetch_add(number, Ordering::Relaxed);
    }

    /// Counts a duration in, in nanoseconds.
    pub fn record_nanos(&self, duration: Duration) {
        self.record(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Each upper bound with how often a number fell into its bucket alone; no bound for what is beyond all.
    pub fn buckets(&self) -> impl Iterator<Item = (Option<u64>, u64)> {
        let bounds = self.bounds.iter().copied().map(Some).chain([None]);
        let counts = self
            .counts
            .iter()
            .map(|count| count.load(Ordering::Relaxed));
        bounds.zip(counts)
    }

    /// The sum of all numbers.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.sum.load(Ordering::Relaxed)
    }
}

impl Metrics {
    /// A batch is on disk, or failed.
    pub(crate) fn batch_written(
        &self,
        changes: usize,
        took: Duration,
        written: &Result<(), WriteError>,
    ) {
        match written {
            Ok(()) => {
                self.batch_changes
                    .record(u64::try_from(changes).unwrap_or(u64::MAX));
                self.batch_nanos.record_nanos(took);
            }
            Err(WriteError::NotWritten(_)) => self.batches_not_written.add(1),
            Err(WriteError::OutcomeUnknown(_)) => self.batches_unknown.add(1),
        }
    }

    /// A caller was not recognised by its token.
    pub fn token_refused<R>(&self, why: &Refusal<R>) {
        match why {
            Refusal::Denied(Denied::Revoked) => self.tokens_revoked.add(1),
            Refusal::Denied(_) | Refusal::Refused(_) => self.tokens_invalid.add(1),
            Refusal::Failed(_) => self.tokens_failed.add(1),
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            changes_accepted: Counter::default(),
            changes_refused: Counter::default(),
            batch_changes: Histogram::new(BATCH_CHANGES),
            batch_nanos: Histogram::new(BATCH_NANOS),
            batches_not_written: Counter::default(),
            batches_unknown: Counter::default(),
            tokens_known: Counter::default(),
            tokens_verified: Counter::default(),
            tokens_invalid: Counter::default(),
            tokens_revoked: Counter::default(),
            tokens_failed: Counter::default(),
            tokens_issued: Counter::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_falls_into_the_first_bucket_that_holds_it() {
        let histogram = Histogram::new(&[1, 4]);
        for number in [0, 1, 2, 4, 5, 1_000] {
            histogram.record(number);
        }
        let buckets: Vec<_> = histogram.buckets().collect();
        assert_eq!(buckets, [(Some(1), 2), (Some(4), 2), (None, 2)]);
        assert_eq!(histogram.sum(), 1_012);
    }

    #[test]
    fn a_gauge_comes_back_to_where_it_was() {
        let gauge = Gauge::default();
        gauge.raise();
        gauge.raise();
        gauge.lower();
        assert_eq!(gauge.get(), 1);
    }
}
