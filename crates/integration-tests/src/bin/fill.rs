//! Fills a file with events, for whoever measures what takes long: `kobling bootstrap --partner T112`, then
//! `cargo run --release -p integration-tests --bin fill -- kobling.db 1000000`.

use std::path::PathBuf;

use clap::Parser;
use integration_tests::filling::fill;

/// Adds events to the partner T112 of a file that nobody serves.
#[derive(Debug, Parser)]
struct Fill {
    /// The file.
    database: PathBuf,
    /// How many events.
    events: usize,
    /// Others for another seed.
    #[arg(default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() {
    let asked = Fill::parse();
    let partner = "T112".parse();
    let Ok(partner) = partner else { return };
    fill(&asked.database, partner, asked.events, asked.seed).await;
}
