//! How often one place in the code may complain.
//!
//! A full disk or a flood lets the same warning come thousands of times in a second; a log that grows with them would be
//! the next trouble. Metrics count all of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::callsite::Identifier;
use tracing::{Level, Metadata};

/// Warnings and errors of one place that are written in one second, at most.
pub(super) const RECORDS_PER_SECOND: u32 = 10;

const SECOND: Duration = Duration::from_secs(1);

/// What each place wrote in its present second.
#[derive(Debug, Default)]
pub(super) struct Rates(Mutex<HashMap<Identifier, Rate>>);

#[derive(Debug)]
struct Rate {
    began: Instant,
    written: u32,
    left_out: u64,
}

impl Rates {
    /// Whether a record may be written: then how many of its place were left out since the last one that was. Records
    /// below warnings always may, since nobody turns them on who does not want all of them.
    pub(super) fn admit(&self, metadata: &Metadata<'_>, now: Instant) -> Option<u64> {
        if *metadata.level() > Level::WARN {
            return Some(0);
        }
        let mut rates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let rate = rates.entry(metadata.callsite()).or_insert(Rate {
            began: now,
            written: 0,
            left_out: 0,
        });
        if now.saturating_duration_since(rate.began) >= SECOND {
            rate.began = now;
            rate.written = 0;
        }
        if rate.written >= RECORDS_PER_SECOND {
            rate.left_out += 1;
            return None;
        }
        rate.written += 1;
        Some(std::mem::take(&mut rate.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A place that complains, and one that tells.
    fn metadata(say: fn()) -> &'static Metadata<'static> {
        use std::sync::Arc;
        use tracing::subscriber::{Interest, with_default};

        #[derive(Clone, Default)]
        struct Last(Arc<Mutex<Option<&'static Metadata<'static>>>>);

        impl tracing::Subscriber for Last {
            fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
                Interest::always()
            }
            fn enabled(&self, _: &Metadata<'_>) -> bool {
                true
            }
            fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
                tracing::span::Id::from_u64(1)
            }
            fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
            fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
            fn event(&self, event: &tracing::Event<'_>) {
                *self.0.lock().unwrap() = Some(event.metadata());
            }
            fn enter(&self, _: &tracing::span::Id) {}
            fn exit(&self, _: &tracing::span::Id) {}
        }

        let last = Last::default();
        with_default(last.clone(), say);
        last.0.lock().unwrap().take().unwrap()
    }

    #[test]
    fn a_place_may_complain_so_often_in_a_second_and_then_says_how_often_it_did_not() {
        let (one, other) = (
            metadata(|| tracing::error!("one")),
            metadata(|| tracing::warn!("other")),
        );
        let rates = Rates::default();
        let began = Instant::now();
        for _ in 0..RECORDS_PER_SECOND {
            assert_eq!(rates.admit(one, began), Some(0));
        }
        let later = began + SECOND - Duration::from_nanos(1);
        for now in [began, later, later] {
            assert_eq!(rates.admit(one, now), None);
        }
        assert_eq!(rates.admit(other, later), Some(0), "places do not share");
        assert_eq!(rates.admit(one, began + SECOND), Some(3));
        assert_eq!(rates.admit(one, began + SECOND), Some(0));
    }

    #[test]
    fn what_is_no_complaint_is_always_written() {
        let told = metadata(|| tracing::info!("told"));
        let rates = Rates::default();
        let now = Instant::now();
        for _ in 0..=RECORDS_PER_SECOND {
            assert_eq!(rates.admit(told, now), Some(0));
        }
    }
}
