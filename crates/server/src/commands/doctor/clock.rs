//! The machine's clock against the log: an entry is never recorded before the one ahead of it.

use std::time::Duration;

use domain::Timestamp;

use super::finding::Finding;
use super::sealed::Sealed;

const CHECK: &str = "clock";

/// What clocks that are kept in time may differ by.
const DRIFT: Duration = Duration::from_secs(2);

/// Above this it is no drift.
const FAR: Duration = Duration::from_secs(60);

pub(super) fn examine(sealed: &Sealed, now: Timestamp) -> Finding {
    let streams = sealed.partners.iter();
    match streams.map(|(_, stream, _)| stream.last_at).max() {
        Some(newest) => judged(newest, now),
        None => Finding::ok(
            CHECK,
            format!("it is {now}; there is no log yet to hold it against"),
        ),
    }
}

fn judged(newest: Timestamp, now: Timestamp) -> Finding {
    let behind = Duration::from_millis(newest.millis().saturating_sub(now.millis()));
    let message = format!(
        "it is {now}, and the newest entry of the log is of {newest}: the clock is {} behind",
        humantime_of(behind)
    );
    let remedy = "set the clock, and keep it in time (NTP); until it has caught up, new entries get the time of the \
                  entry before them";
    if behind > FAR {
        Finding::error(CHECK, message, remedy)
    } else if behind > DRIFT {
        Finding::warning(CHECK, message, remedy)
    } else {
        Finding::ok(
            CHECK,
            format!("it is {now}, and no entry of the log is newer"),
        )
    }
}

/// A length of time, in whole seconds, by its two largest units.
fn humantime_of(length: Duration) -> String {
    let seconds = length.as_secs();
    let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
    let (minutes, rest) = (seconds / 60 % 60, seconds % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{rest} s"),
        (0, 0, _) => format!("{minutes} min {rest} s"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Level;
    use super::*;

    #[test]
    fn a_clock_behind_the_log_is_told_by_how_much() {
        let newest = Timestamp::from_millis(1_800_000_000_000);
        let at = |behind: u64| judged(newest, newest.minus(Duration::from_secs(behind)));
        assert_eq!(at(0).level, Level::Ok);
        assert_eq!(at(2).level, Level::Ok);
        assert_eq!(at(3).level, Level::Warning);
        assert_eq!(at(60).level, Level::Warning);
        assert_eq!(at(61).level, Level::Error);
        assert!(
            at(61).message.ends_with("1 min 1 s behind"),
            "{}",
            at(61).message
        );
        assert!(at(90_000).message.ends_with("1 d 1 h behind"));
        assert_eq!(judged(newest, newest.plus(FAR)).level, Level::Ok);
    }
}
