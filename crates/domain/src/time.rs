//! Moments in time, and where the present one comes from.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use thiserror::Error;

/// A moment in UTC, in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

/// The text is not an RFC 3339 date-time in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a time is an RFC 3339 date-time in UTC, such as 2023-11-07T05:31:56.000Z")]
pub struct TimestampError;

/// Where the present time comes from; a test sets its own.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The present time of the wall clock, which may jump.
    fn now(&self) -> Timestamp;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Timestamp {
    /// From milliseconds since 1970.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since 1970, as JWTs count (RFC 7519, NumericDate).
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0 / 1000
    }

    /// The moment that much later; the last representable one where it would be beyond that.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis))
    }

    /// The moment that much earlier; 1970 where it would be before that.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_sub(millis))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with milliseconds and `Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_rfc3339_millis(UNIX_EPOCH + Duration::from_millis(self.0)).fmt(f)
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let moment = humantime::parse_rfc3339(text).map_err(|_| TimestampError)?;
        let since = moment
            .duration_since(UNIX_EPOCH)
            .map_err(|_| TimestampError)?;
        u64::try_from(since.as_millis())
            .map(Self)
            .map_err(|_| TimestampError)
    }
}

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the wall clock"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_with_milliseconds_and_z() {
        let moment = Timestamp::from_millis(1_699_335_116_029);
        assert_eq!(moment.to_string(), "2023-11-07T05:31:56.029Z");
        assert_eq!(moment.to_string().parse(), Ok(moment));
    }
}
