//! What the process says while it runs: to standard error, as text on a terminal and as JSON elsewhere.
//!
//! One line for each record, times in UTC. A record that is made while a request is worked on carries the request's id,
//! and its trace id where there is one. Spans of `tracing` are not used: a request that nothing is said about costs
//! nothing here.

mod fields;
mod format;
mod repeats;

use std::io::IsTerminal;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::DefaultFields;
use tracing_subscriber::layer::SubscriberExt;

use format::Lines;
use repeats::Repeats;

/// What is said where nothing else is asked for.
const USUAL: &str = "info";

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// How a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text {
        /// Whether levels are coloured.
        is_coloured: bool,
    },
    /// For programs: one JSON object in each line.
    Json,
}

/// Starts logging. `RUST_LOG`-style directives narrow or widen it; without them, `info`.
pub fn start(directives: Option<&str>) {
    let format = if std::io::stderr().is_terminal() {
        LogFormat::Text { is_coloured: true }
    } else {
        LogFormat::Json
    };
    let lines = Lines::new(format, Some(Repeats::default()));
    let subscriber = writing(directives, lines, std::io::stderr);
    // A second start in one process, as in tests, keeps the first.
    drop(tracing::subscriber::set_global_default(subscriber));
}

/// What takes the records and writes all of them to `writer`.
pub fn subscriber<W>(
    directives: Option<&str>,
    format: LogFormat,
    writer: W,
) -> impl Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    writing(directives, Lines::new(format, None), writer)
}

fn writing<W>(directives: Option<&str>, lines: Lines, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let directives = directives.and_then(|given| checked_directives(given).ok());
    let filter = EnvFilter::try_new(directives.as_deref().unwrap_or(USUAL));
    let filter = filter.unwrap_or_else(|_| EnvFilter::new(USUAL));
    let lines = tracing_subscriber::fmt::layer()
        .fmt_fields(DefaultFields::new())
        .event_format(lines)
        // Where a record cannot be written, as on a full disk, telling that on standard error would panic.
        .log_internal_errors(false)
        .with_writer(writer);
    tracing_subscriber::registry().with(filter).with(lines)
}

/// Checks directives: a level, or levels for targets, parted by commas.
///
/// # Errors
/// What is wrong with them, and what is allowed.
pub fn checked_directives(text: &str) -> Result<String, String> {
    let text = text.replace(' ', "");
    for directive in text.split(',') {
        let level = directive
            .rsplit_once('=')
            .map_or(directive, |(_, level)| level);
        if !LEVELS.contains(&level.to_ascii_lowercase().as_str()) {
            return Err(format!(
                "`{level}` is no level; give one of {}, or levels for targets such as info,access=debug",
                LEVELS.join(", ")
            ));
        }
    }
    EnvFilter::try_new(&text).map_err(|error| error.to_string())?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_levels_and_levels_for_targets() {
        for text in [
            "info",
            "WARN",
            "info,access=debug",
            "off,service::lanes=trace",
        ] {
            assert_eq!(checked_directives(text).as_deref(), Ok(text));
        }
        assert_eq!(
            checked_directives("off, a=info").as_deref(),
            Ok("off,a=info")
        );
        for text in ["", "verbose", "info,", "access=loud", "info,debg", "a=b=c"] {
            assert!(checked_directives(text).is_err(), "{text}");
        }
    }
}
