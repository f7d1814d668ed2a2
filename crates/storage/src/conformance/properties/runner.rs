//! Runs cases against one database, each with partners of its own.

use std::cell::RefCell;
use std::sync::Arc;

use domain::{Clock, Entropy, PartnerId};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestRunner};

use crate::conformance::database::runtime;
use crate::conformance::{Fresh, SteppingClock, TestDatabase};

/// Cases that one database has partners for.
const CASES_PER_DATABASE: usize = 400;

/// Three partners without anything, two of which differ in their letter alone.
pub(crate) type FreshPartners = [PartnerId; 3];

pub(crate) fn run<S: Strategy>(
    make: impl AsyncFn(Arc<dyn Clock>, Arc<dyn Entropy>) -> Fresh,
    cases: u32,
    strategy: S,
    property: impl AsyncFn(&TestDatabase, FreshPartners, S::Value),
) {
    let config = Config {
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::with_cases(cases)
    };
    let runtime = runtime();
    let current = RefCell::new((0, None));
    let result = TestRunner::new(config).run(&strategy, |value| {
        let (used, database) = current.take();
        let (used, database) = match database {
            Some(database) if used < CASES_PER_DATABASE => (used, database),
            _ => (0, Arc::new(runtime.block_on(TestDatabase::made_by(&make)))),
        };
        current.replace((used + 1, Some(database.clone())));
        database.clock.set(SteppingClock::default().now());
        let partner = |letter: char, number: usize| format!("{letter}{number:03}").parse().unwrap();
        let partners = [
            partner('T', used),
            partner('P', used),
            partner('T', used + 500),
        ];
        runtime.block_on(property(&database, partners, value));
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
