//! Records that are the same again and again: a full disk refuses thousands of requests in a second, and the log may be on
//! that disk.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::Level;

/// Records from one place of the program that are written in one window, at most.
const RECORDS_MAX: u32 = 20;

/// How long a window is.
const WINDOW: Duration = Duration::from_secs(10);

/// A file of the program and a line in it.
pub(super) type Place = (Option<&'static str>, Option<u32>);

/// Counts warnings and errors by the place that they are made at.
#[derive(Debug, Default)]
pub(super) struct Repeats(Mutex<HashMap<Place, Window>>);

#[derive(Debug)]
struct Window {
    began: Instant,
    written: u32,
    left_out: u64,
}

impl Repeats {
    /// Whether to write the record, and how many like it were left out since the last one; `None` to leave it out.
    pub(super) fn pass(&self, level: Level, place: Place, now: Instant) -> Option<u64> {
        if level > Level::WARN {
            return Some(0);
        }
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(place).or_insert(Window {
            began: now,
            written: 0,
            left_out: 0,
        });
        if now.duration_since(window.began) >= WINDOW {
            (window.began, window.written) = (now, 0);
        }
        if window.written >= RECORDS_MAX {
            window.left_out += 1;
            return None;
        }
        window.written += 1;
        Some(std::mem::take(&mut window.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place = (Some("a.rs"), Some(1));
    const THERE: Place = (Some("a.rs"), Some(2));

    #[test]
    fn what_repeats_is_written_now_and_then_with_a_count() {
        let (repeats, began) = (Repeats::default(), Instant::now());
        for _ in 0..RECORDS_MAX {
            assert_eq!(repeats.pass(Level::ERROR, HERE, began), Some(0));
        }
        for _ in 0..7 {
            assert_eq!(repeats.pass(Level::ERROR, HERE, began), None);
        }
        assert_eq!(repeats.pass(Level::WARN, THERE, began), Some(0));
        let later = began + WINDOW;
        assert_eq!(repeats.pass(Level::ERROR, HERE, later), Some(7));
        assert_eq!(repeats.pass(Level::ERROR, HERE, later), Some(0));
    }

    #[test]
    fn what_was_asked_for_is_written_in_full() {
        let repeats = Repeats::default();
        for _ in 0..10 * RECORDS_MAX {
            assert_eq!(repeats.pass(Level::INFO, HERE, Instant::now()), Some(0));
        }
    }
}
