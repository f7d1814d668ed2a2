//! What an event costs: processor time of each side, bytes of PostgreSQL's log, events in a batch.

use std::cell::RefCell;

use super::server::{Server, Stat};
use super::store::Node;
use crate::failure::Result;
use crate::spread::Spread;
use crate::wrk::Sample;

/// Of one run; everything but the last is for one event, or one read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    postgres_us: f64,
    kobling_us: f64,
    generator_us: f64,
    wal_bytes: f64,
    events_in_batch: f64,
}

/// The costs of repeated runs.
#[derive(Debug, Default)]
pub(super) struct Costs(RefCell<Vec<Cost>>);

/// What is counted before and after a run.
#[derive(Clone, Copy)]
struct Reading {
    postgres: f64,
    kobling: f64,
    generator: f64,
    wal: f64,
    batches: f64,
    changes: f64,
}

impl Costs {
    /// Runs something, and keeps what it cost. Nodes are those that take part.
    pub(super) fn of(
        &self,
        server: &Server,
        nodes: &[&Node],
        run: impl FnOnce() -> Result<Sample>,
    ) -> Result<Sample> {
        // What is asked through another process comes first and last.
        let wal = server.wal_bytes()?;
        let before = Reading::now(server, nodes, wal)?;
        let sample = run()?;
        let mut after = Reading::now(server, nodes, wal)?;
        after.wal = server.wal_bytes()?;
        self.0
            .borrow_mut()
            .push(Cost::between(&before, &after, sample.requests));
        Ok(sample)
    }

    /// Processor time of PostgreSQL, of Kobling, and of what makes the load, the log, and the batch. The first run was to
    /// warm up.
    pub(super) fn cells(&self, has_kobling: bool) -> Vec<String> {
        let median = |number: fn(&Cost) -> f64| self.median(number);
        let mut cells = vec![format!("{:.0}", median(|cost| cost.postgres_us))];
        if has_kobling {
            cells.push(format!("{:.0}", median(|cost| cost.kobling_us)));
        }
        cells.push(format!("{:.0}", median(|cost| cost.generator_us)));
        cells.push(format!("{:.0}", median(|cost| cost.wal_bytes)));
        if has_kobling {
            cells.push(format!("{:.1}", median(|cost| cost.events_in_batch)));
        }
        cells
    }

    /// Processor time alone: reads write nothing.
    pub(super) fn of_reads(&self) -> Vec<String> {
        let numbers: [fn(&Cost) -> f64; 3] = [
            |cost| cost.postgres_us,
            |cost| cost.kobling_us,
            |cost| cost.generator_us,
        ];
        let cell = |number| format!("{:.0}", self.median(number));
        numbers.map(cell).into()
    }

    fn median(&self, number: fn(&Cost) -> f64) -> f64 {
        let costs = self.0.borrow();
        Spread::of(costs.iter().skip(1).map(number)).median
    }
}

/// The headings of [`Costs::of_reads`].
pub(super) const OF_READS: [&str; 3] = ["PostgreSQL, µs", "Kobling, µs", "wrk, µs"];

/// The headings of [`Costs::cells`] of `pgbench`.
pub(super) const OF_PGBENCH: [&str; 3] = ["pgbench: PostgreSQL, µs", "pgbench, µs", "log, bytes"];

/// The headings of [`Costs::cells`] of Kobling.
pub(super) const OF_KOBLING: [&str; 5] = [
    "Kobling: PostgreSQL, µs",
    "Kobling, µs",
    "wrk, µs",
    "log, bytes",
    "events in a batch",
];

impl Reading {
    fn now(server: &Server, nodes: &[&Node], wal: f64) -> Result<Self> {
        let (mut kobling, mut batches, mut changes) = (0.0, 0.0, 0.0);
        for node in nodes {
            kobling += Stat::cpu_us_of(node.process.id())?;
            let (more, changed) = node.batches()?;
            batches += more;
            changes += changed;
        }
        Ok(Self {
            postgres: server.cpu_us()?,
            kobling,
            generator: Stat::cpu_us_of_ended_children()?,
            wal,
            batches,
            changes,
        })
    }
}

impl Cost {
    fn between(before: &Reading, after: &Reading, events: f64) -> Self {
        let each = |number: fn(&Reading) -> f64| (number(after) - number(before)) / events;
        let batches = after.batches - before.batches;
        Self {
            postgres_us: each(|reading| reading.postgres),
            kobling_us: each(|reading| reading.kobling),
            generator_us: each(|reading| reading.generator),
            wal_bytes: each(|reading| reading.wal),
            events_in_batch: (after.changes - before.changes) / batches,
        }
    }
}
