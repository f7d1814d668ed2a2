//! The crash test: the product's own binary on a real database, killed under load again and again.
//!
//! What was acknowledged is there once and in its place, whatever the moment was; what was not acknowledged is there
//! once or not at all; nothing is half there.

mod check;
mod load;

use std::path::Path;

use crate::Dice;
use crate::database::Database;
use crate::process::{Process, bootstrap};
use crate::target::Target;
use check::check;
use load::{Ledger, load_until_killed, settle};

/// Who reports at the same time.
const CLIENTS: usize = 8;
const ACCOUNTS: usize = 3;
const CONNECTIONS: [&str; 4] = ["vipps", "payex", "swish", "klarna"];

/// What happened in all rounds together.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Times that the process was killed.
    pub kills: usize,
    /// Events that were answered with 200.
    pub acknowledged: usize,
    /// Requests that a kill left without an answer.
    pub unanswered: usize,
    /// Those of them, sent without a key, that were stored all the same.
    pub stored_unanswered: usize,
}

/// Kills the program so many times, and looks after each time. Panics where something is not as it must be.
pub async fn crash_rounds(program: &Path, rounds: usize, seed: u64) -> Tally {
    let database = Database::fresh().await;
    let mut dice = Dice::new(seed);
    let client = bootstrap(program, &database).await;
    let mut process = Process::start(program, &database).await;
    let target = Target::set_up(&process, &client, ACCOUNTS).await;
    let mut ledger = Ledger::default();
    let mut stored_unanswered = 0;
    for round in 0..rounds {
        let target = target.at(process.address);
        let before = ledger.acknowledged.len();
        load_until_killed(&mut process, &target, &mut ledger, &mut dice, round).await;
        process.wait_until_gone().await;
        assert!(
            ledger.acknowledged.len() > before,
            "round {round} had no load"
        );
        process = Process::start(program, &database).await;
        let target = target.at(process.address);
        settle(&target, &mut ledger).await;
        stored_unanswered = check(&target, &ledger).await;
    }
    process.kill();
    process.wait_until_gone().await;
    check::database(&database).await;
    Tally {
        kills: rounds,
        acknowledged: ledger.acknowledged.len(),
        unanswered: ledger.unanswered,
        stored_unanswered,
    }
}
