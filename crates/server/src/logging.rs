//! What the process says while it runs: to standard error, as text on a terminal and as JSON elsewhere.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging. `RUST_LOG`-style directives narrow or widen it; without them, `info`.
pub fn start(directives: Option<&str>) {
    let filter =
        EnvFilter::try_new(directives.unwrap_or("info")).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start in one process, as in tests, keeps the first.
    let started = if std::io::stderr().is_terminal() {
        builder.compact().with_target(false).try_init()
    } else {
        builder.json().try_init()
    };
    drop(started);
}
