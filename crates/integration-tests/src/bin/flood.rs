//! The flood, as long and as wide as is asked for. The program that is flooded must be built as well:
//! `cargo build --release -p integration-tests --bins && target/release/flood`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command prints by trade"
)]

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use integration_tests::flood::{Asked, Found, Length, Readiness, Seen, flood};

/// Changes that a server holds beside those that wait: one batch, which is being written.
const BATCH: usize = 512;

/// Asks a server of its own for many times what it can hold, and shows what came of it.
#[derive(Debug, Parser)]
struct Flood {
    /// How long.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// How many times what the server can hold is asked for at once.
    #[arg(long, default_value_t = 10)]
    times: usize,
    /// Changes that may wait in the server (`limits.queue_max`).
    #[arg(long, default_value_t = 1024)]
    queue: usize,
    /// The program; without it, the one that was built beside this one.
    #[arg(long)]
    program: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let wish = Flood::parse();
    let beside = std::env::current_exe()?.with_file_name("kobling-under-test");
    let program = wish.program.unwrap_or(beside);
    let asked = Asked {
        queue: wish.queue,
        calm_callers: 64,
        calm: Length::Time(Duration::from_secs(5)),
        callers: wish.times * (wish.queue + BATCH),
        flood: Length::Time(Duration::from_secs(wish.seconds)),
    };
    let found = flood(&program, asked, |step| eprintln!("{step}")).await;
    show(&found);
    Ok(())
}

fn show(found: &Found) {
    show_phase("before", &found.before);
    show_phase("flood", &found.flood);
    show_phase("after", &found.after);
    let [before, highest, after] = found.memory_kib.map(|kib| kib / 1024);
    println!("memory      {before} MiB before, {highest} MiB at most, {after} MiB after");
    show_readiness("readiness", &found.readiness);
    show_readiness("  beside", &found.readiness_beside);
    println!("log         {} lines", found.lines_said);
    let acknowledged = [&found.before, &found.flood, &found.after];
    let acknowledged: usize = acknowledged
        .map(|seen| seen.acknowledged.len())
        .iter()
        .sum();
    println!(
        "events      {acknowledged} acknowledged, {} stored; {:?}",
        found.stored, found.difference
    );
    let bytes = found.database_bytes;
    let each = bytes / u64::try_from(found.stored.max(1)).unwrap_or(u64::MAX);
    println!(
        "disk        {} MiB, {each} bytes for an event",
        bytes / 1024 / 1024
    );
    println!("at the end  {}", found.ended);
}

fn show_phase(name: &str, seen: &Seen) {
    println!(
        "{name:<11} {} callers, {:.0} s: {:.0} acknowledged/s of {:.0} asked/s, {} refused; p50 {} ms, p99 {} ms",
        seen.callers,
        seen.took.as_secs_f64(),
        seen.rate(),
        seen.asked_rate(),
        seen.refused.len(),
        seen.percentile(50).as_millis(),
        seen.percentile(99).as_millis(),
    );
}

fn show_readiness(name: &str, readiness: &Readiness) {
    let Readiness { asked, ready, wait } = readiness;
    let wait = wait.as_millis();
    println!("{name:<11} asked {asked} times, yes {ready} times, at most after {wait} ms");
}
