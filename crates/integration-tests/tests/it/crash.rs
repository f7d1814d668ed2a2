//! Nothing that was acknowledged is lost when the process is killed.

use std::path::Path;

use integration_tests::crash::crash_rounds;

/// Kills in the ordinary suite; the binary `crash` takes any number.
const KILLS: usize = 10;
const SEED: u64 = 20_260_512;

#[tokio::test]
async fn killed_under_load_it_loses_nothing() {
    let program = Path::new(env!("CARGO_BIN_EXE_kobling-under-test"));

    let tally = crash_rounds(program, KILLS, SEED).await;

    assert_eq!(tally.kills, KILLS);
    assert!(tally.acknowledged > 100 * KILLS / 10, "{tally:?}");
    assert!(tally.unanswered > 0, "no kill hit a request: {tally:?}");
}
