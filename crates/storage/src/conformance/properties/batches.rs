//! Any sequence of batches, against the model.

use std::sync::Arc;
use std::time::Duration;

use domain::{Change, Clock, Entropy};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::conformance::model::{Model, Outcome, Wish};
use crate::conformance::properties::runner::{FreshPartners, run};
use crate::conformance::properties::steps::{Step, step};
use crate::conformance::{Fresh, TestDatabase};

const CASES: u32 = 48;

/// Batches, each at a clock set to so many minutes after the start of the case, and the length of pages.
#[derive(Clone, Debug)]
struct Case {
    batches: Vec<(u64, Vec<Step>)>,
    limit: usize,
}

fn case() -> impl Strategy<Value = Case> {
    // Within two and a half days, so that answers are both kept and forgotten.
    let batch = (0..3_600_u64, vec(step(), 0..16));
    let case = (vec(batch, 1..10), 1..8_usize);
    case.prop_map(|(batches, limit)| Case { batches, limit })
}

/// Gapless `seq`, monotone time, versions, statuses, histories, logs, access and every single outcome are as in a
/// model that keeps plain lists.
pub fn any_sequence_of_batches_leaves_what_the_model_says(
    make: impl AsyncFn(Arc<dyn Clock>, Arc<dyn Entropy>) -> Fresh,
) {
    run(make, CASES, case(), async |db, partners, case| {
        let start = db.clock.now();
        let mut model = Model::default();
        begin(db, &mut model, partners).await;
        for (minutes, steps) in case.batches {
            db.clock.set(start.plus(Duration::from_mins(minutes)));
            let wish = |step: &Step| step.wish(db, &model, partners[step.partner]);
            let wishes: Vec<Wish> = steps.iter().map(wish).collect();
            take(db, &mut model, wishes).await;
        }
        model.compare(db, case.limit).await;
    });
}

/// Sets the partners up, in the database and in the model.
async fn begin(db: &TestDatabase, model: &mut Model, partners: FreshPartners) {
    let now = db.clock.now();
    for partner in partners {
        let wish = db.add_partner(partner);
        model.add_partner(&wish, now);
        let Ok(stands) = db.write(wish).await;
        assert!(stands.added);
    }
}

/// Writes a batch and expects of each change what the model does.
async fn take(db: &TestDatabase, model: &mut Model, mut wishes: Vec<Wish>) {
    let now = db.clock.now();
    let expected: Vec<Outcome> = wishes.iter().map(|wish| model.take(wish, now)).collect();
    let mut changes: Vec<&mut dyn Change> = wishes.iter_mut().map(Wish::change).collect();
    db.write_batch(&mut changes).await;
    let outcomes: Vec<Outcome> = wishes.into_iter().map(Wish::outcome).collect();
    assert_eq!(outcomes, expected);
}
