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

/// The levels there are.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Whether a text is a level, or levels for targets, separated by commas.
#[must_use]
pub fn is_level(text: &str) -> bool {
    let is_one = |directive: &str| {
        let level = directive
            .rsplit_once('=')
            .map_or(directive, |(_, level)| level);
        LEVELS.contains(&level.to_ascii_lowercase().as_str())
    };
    text.split(',').all(is_one) && EnvFilter::try_new(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_may_be_for_a_target() {
        for text in ["info", "WARN", "info,service=debug", "off"] {
            assert!(is_level(text), "{text}");
        }
        for text in [
            "",
            "loud",
            "info,",
            "service=",
            "service",
            "info,service=loud",
        ] {
            assert!(!is_level(text), "{text}");
        }
    }
}
