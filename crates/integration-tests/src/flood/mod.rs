//! The flood: many more reports at once than may wait, for as long as is asked, on a server of its own.
//!
//! What is acknowledged is stored and nothing else is; the rest is refused with 503; memory stays bounded; afterwards
//! all is as before.

mod caller;
mod check;
mod phase;
mod readiness;

use std::path::Path;
use std::process::ExitStatus;

use crate::database::Database;
use crate::process::{Process, bootstrap};
use crate::target::Target;
pub use check::Difference;
use phase::phase;
pub use phase::{Length, Seen};
pub use readiness::Readiness;
use readiness::ask_while;

const ACCOUNTS: usize = 10;

/// What to do.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// Changes that may wait (`limits.queue_max`).
    pub queue: usize,
    /// Callers before and after the flood.
    pub calm_callers: usize,
    /// How long they report.
    pub calm: Length,
    /// Callers of the flood.
    pub callers: usize,
    /// How long they report.
    pub flood: Length,
}

/// What came of it.
#[derive(Debug)]
pub struct Found {
    pub before: Seen,
    pub flood: Seen,
    pub after: Seen,
    /// Resident memory before the flood, at its highest, and after it, in KiB.
    pub memory_kib: [usize; 3],
    /// What the flooded listener said of its readiness meanwhile.
    pub readiness: Readiness,
    /// What the listener of the metrics said of it.
    pub readiness_beside: Readiness,
    /// Lines that the server wrote to its log after its start.
    pub lines_said: usize,
    /// Events in the log at the end.
    pub stored: usize,
    pub difference: Difference,
    /// How the server ended after SIGTERM.
    pub ended: ExitStatus,
    /// Bytes of the database after that.
    pub database_bytes: u64,
}

/// Floods the program. Panics at any answer but 200 and 503.
pub async fn flood(program: &Path, asked: Asked, progress: impl Fn(&str)) -> Found {
    let database = Database::fresh().await;
    let client = bootstrap(program, &database).await;
    let queue = asked.queue.to_string();
    let settings = [
        ("KOBLING_LIMITS__QUEUE_MAX", queue.as_str()),
        ("KOBLING_LIMITS__CONNECTIONS_PER_ADDRESS_MAX", "16384"),
        ("KOBLING_METRICS__LISTEN", "127.0.0.1:0"),
    ];
    let process = Process::start_with(program, &database, &settings).await;
    let target = Target::set_up(&process, &client, ACCOUNTS).await;

    progress("before the flood");
    let before = phase(&target, "before", asked.calm_callers, asked.calm).await;
    let memory_before = process.memory_kib("VmRSS");
    progress("the flood");
    let flooding = phase(&target, "flood", asked.callers, asked.flood);
    let (flood, [readiness, readiness_beside]) = ask_while(&process, flooding, &progress).await;
    progress("after the flood");
    let after = phase(&target, "after", asked.calm_callers, asked.calm).await;
    let memory = [
        memory_before,
        process.memory_kib("VmHWM"),
        process.memory_kib("VmRSS"),
    ];
    progress("comparing with the log");
    let (stored, difference) = check::compare(&target, &[&before, &flood, &after]).await;
    let lines_said = process.said();
    let ended = process.stop().await;
    Found {
        before,
        flood,
        after,
        memory_kib: memory,
        readiness,
        readiness_beside,
        lines_said,
        stored,
        difference,
        ended,
        database_bytes: database.bytes().await,
    }
}
