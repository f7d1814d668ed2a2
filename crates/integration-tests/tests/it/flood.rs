//! A flood never makes acknowledged work wrong.

use std::path::Path;

use integration_tests::flood::{Asked, Difference, Length, flood};

/// So few that this machine asks for more than the lane can hold.
const QUEUE: usize = 4;
const REPORTS: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn flooded_it_stores_what_it_acknowledged_and_refuses_the_rest() {
    let program = Path::new(env!("CARGO_BIN_EXE_kobling-under-test"));
    let asked = Asked {
        queue: QUEUE,
        calm_callers: 2,
        calm: Length::Reports(20),
        callers: 3_000,
        flood: Length::Reports(REPORTS),
    };

    let found = flood(program, asked, |_| ()).await;

    assert_eq!(found.difference, Difference::default());
    let calm = asked.calm_callers * 20;
    assert_eq!(found.before.acknowledged.len(), calm);
    assert_eq!(found.after.acknowledged.len(), calm, "back to normal");
    let answered = found.flood.acknowledged.len() + found.flood.refused.len();
    assert_eq!(answered, asked.callers * REPORTS, "everyone is answered");
    assert!(!found.flood.refused.is_empty(), "it was no flood");
    let got_through = found.flood.acknowledged.len();
    assert!(
        got_through > asked.callers / 30,
        "{got_through} got through"
    );
    let beside = found.readiness_beside;
    assert!(
        beside.asked > 0 && beside.ready == beside.asked,
        "{beside:?}"
    );
    assert_eq!(found.readiness.ready, found.readiness.asked);
    assert!(
        found.lines_said < found.flood.refused.len() / 10,
        "{} lines about {} refusals",
        found.lines_said,
        found.flood.refused.len()
    );
    assert!(found.ended.success(), "{}", found.ended);
}
