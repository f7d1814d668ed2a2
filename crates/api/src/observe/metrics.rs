//! What is counted of requests: a fixed set of numbers for each operation, so that counting makes nothing.

use http::StatusCode;
use service::metrics::{Counter, Gauge, Histogram};

use crate::operation::Operation;

/// Times of a request in nanoseconds: the upper bounds of the histogram's buckets.
const NANOS: &[u64] = &[
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
    500_000_000,
    1_000_000_000,
    5_000_000_000,
    20_000_000_000,
];

/// The statuses that are counted one by one: those that the API answers with.
const STATUSES: [u16; 19] = [
    200, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 412, 413, 414, 415, 422, 431, 500, 503,
];

/// What is counted of all requests of a listener.
#[derive(Debug)]
pub struct RequestMetrics {
    operations: Vec<OperationMetrics>,
    /// Requests for no operation: unknown paths, wrong methods, preflights.
    unmatched: OperationMetrics,
    /// Requests that are being worked on.
    pub under_way: Gauge,
    /// Requests whose caller went away before they were answered.
    pub abandoned: Counter,
    /// Heads of requests that could not be read.
    pub heads_refused: Counter,
}

/// What is counted of the requests for one operation.
#[derive(Debug)]
pub struct OperationMetrics {
    operation: Option<&'static Operation>,
    statuses: [Counter; STATUSES.len()],
    other: Counter,
    /// Nanoseconds from a request's head to its answer's.
    pub nanos: Histogram,
}

impl RequestMetrics {
    pub(super) fn new(operations: &[&'static Operation]) -> Self {
        let operations = operations.iter();
        Self {
            operations: operations
                .map(|operation| OperationMetrics::new(Some(operation)))
                .collect(),
            unmatched: OperationMetrics::new(None),
            under_way: Gauge::default(),
            abandoned: Counter::default(),
            heads_refused: Counter::default(),
        }
    }

    /// Those of the operation with this id, or of requests for none.
    pub(super) fn of(&self, id: Option<&'static str>) -> &OperationMetrics {
        let found = id.and_then(|id| {
            let mut operations = self.operations.iter();
            operations.find(|known| {
                known
                    .operation
                    .is_some_and(|known| std::ptr::eq(known.id, id))
            })
        });
        found.unwrap_or(&self.unmatched)
    }

    /// All, operation by operation, and last those of requests for none.
    pub fn operations(&self) -> impl Iterator<Item = &OperationMetrics> {
        self.operations.iter().chain([&self.unmatched])
    }
}

impl OperationMetrics {
    fn new(operation: Option<&'static Operation>) -> Self {
        Self {
            operation,
            statuses: std::array::from_fn(|_| Counter::default()),
            other: Counter::default(),
            nanos: Histogram::new(NANOS),
        }
    }

    /// The method of the operation; `other` where there is none.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.operation
            .map_or("other", |operation| operation.method.as_str())
    }

    /// The path of the operation with its parameters in braces; `unmatched` where there is none.
    #[must_use]
    pub fn route(&self) -> &'static str {
        self.operation
            .map_or("unmatched", |operation| operation.path)
    }

    /// How often each status was answered; without those that never were.
    pub fn statuses(&self) -> impl Iterator<Item = (Option<u16>, u64)> {
        let named = STATUSES.iter().copied().map(Some).zip(&self.statuses);
        let counts = named.chain([(None, &self.other)]);
        counts
            .map(|(status, count)| (status, count.get()))
            .filter(|(_, count)| *count > 0)
    }

    pub(super) fn answered(&self, status: StatusCode) {
        let place = STATUSES.iter().position(|known| *known == status.as_u16());
        let count = place.and_then(|place| self.statuses.get(place));
        count.unwrap_or(&self.other).add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;
    use crate::operations;

    #[test]
    fn every_status_of_the_api_is_counted_by_itself() {
        let of_operations = operations()
            .into_iter()
            .flat_map(|operation| operation.answers);
        let statuses = of_operations.map(|answer| answer.status);
        let of_errors = ErrorCode::ALL.iter().map(|code| code.status().as_u16());
        for status in statuses.chain(of_errors) {
            assert!(STATUSES.contains(&status), "{status}");
        }
    }

    #[test]
    fn requests_are_counted_for_their_operation() {
        let all = operations();
        let metrics = RequestMetrics::new(&all);
        let last = all.last().unwrap();
        metrics.of(Some(last.id)).answered(StatusCode::OK);
        metrics.of(None).answered(StatusCode::IM_A_TEAPOT);
        let counted: Vec<_> = metrics
            .operations()
            .flat_map(|each| {
                each.statuses()
                    .map(|(status, count)| (each.route(), status, count))
            })
            .collect();
        assert_eq!(counted, [(last.path, Some(200), 1), ("unmatched", None, 1)]);
    }
}
