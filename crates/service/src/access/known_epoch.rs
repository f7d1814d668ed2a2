//! A partner's auth epoch as this process knows it, and for how long that is trusted.

use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

/// How old the knowledge may be. Half of the second that is promised, so that looking takes its time too.
const TRUSTED_FOR: Duration = Duration::from_millis(500);

/// From this age on one caller looks again while the others go on with what is known. Otherwise all of them would wait for
/// the look, and then go on at the same moment.
const LOOKED_AT_AFTER: Duration = Duration::from_millis(400);

/// What is known, and who is looking.
#[derive(Debug)]
pub(super) struct KnownEpoch {
    known: RwLock<Known>,
    reading: Mutex<()>,
    looked_at_after: Duration,
    trusted_for: Duration,
}

#[derive(Clone, Copy, Debug, Default)]
struct Known {
    epoch: u64,
    /// When it was asked for; none where it must be read before it is trusted.
    asked_at: Option<Instant>,
    /// How often it was distrusted. What was asked for before that may be from before the change.
    distrusted: u64,
}

/// What the age of the knowledge allows.
enum Trust {
    Full(u64),
    /// It is time that someone looks.
    Ageing(u64),
    None,
}

impl KnownEpoch {
    /// Nothing is known yet.
    pub(super) fn unknown() -> Self {
        Self::trusted_for(LOOKED_AT_AFTER, TRUSTED_FOR)
    }

    fn trusted_for(looked_at_after: Duration, trusted_for: Duration) -> Self {
        Self {
            known: RwLock::default(),
            reading: Mutex::new(()),
            looked_at_after,
            trusted_for,
        }
    }

    /// Has the epoch read again before it is next trusted.
    pub(super) fn distrust(&self) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.asked_at = None;
        known.distrusted += 1;
    }

    /// The epoch; `read` asks the database for it.
    ///
    /// # Errors
    /// Those of `read`, for the one caller that looks.
    pub(super) async fn get<E>(
        &self,
        read: impl AsyncFnOnce() -> Result<u64, E>,
    ) -> Result<u64, E> {
        let _reading = match self.trust() {
            Trust::Full(epoch) => return Ok(epoch),
            Trust::Ageing(epoch) => match self.reading.try_lock() {
                Ok(reading) => reading,
                Err(_) => return Ok(epoch),
            },
            Trust::None => {
                let reading = self.reading.lock().await;
                if let Trust::Full(epoch) | Trust::Ageing(epoch) = self.trust() {
                    return Ok(epoch);
                }
                reading
            }
        };
        let distrusted = self.known().distrusted;
        let asked_at = Instant::now();
        let epoch = read().await?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.distrusted == distrusted {
            known.epoch = epoch;
            known.asked_at = Some(asked_at);
        }
        Ok(epoch)
    }

    fn trust(&self) -> Trust {
        let known = self.known();
        match known.asked_at.map(|at| at.elapsed()) {
            Some(age) if age < self.looked_at_after => Trust::Full(known.epoch),
            Some(age) if age < self.trusted_for => Trust::Ageing(known.epoch),
            _ => Trust::None,
        }
    }

    fn known(&self) -> Known {
        *self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tokio::sync::Notify;

    use super::*;

    const LONG: Duration = Duration::from_secs(3_600);

    fn read(epoch: u64) -> impl AsyncFnOnce() -> Result<u64, Infallible> {
        async move || Ok(epoch)
    }

    #[tokio::test]
    async fn what_is_fresh_is_not_read_again_until_it_is_distrusted() {
        let known = KnownEpoch::trusted_for(LONG, LONG);
        assert_eq!(known.get(read(1)).await, Ok(1));
        assert_eq!(known.get(read(2)).await, Ok(1));
        known.distrust();
        assert_eq!(known.get(read(3)).await, Ok(3));
    }

    #[tokio::test]
    async fn what_is_too_old_is_read_every_time() {
        let known = KnownEpoch::trusted_for(Duration::ZERO, Duration::ZERO);
        assert_eq!(known.get(read(1)).await, Ok(1));
        assert_eq!(known.get(read(2)).await, Ok(2));
    }

    #[tokio::test]
    async fn while_one_looks_again_the_others_go_on() {
        let known = KnownEpoch::trusted_for(Duration::ZERO, LONG);
        assert_eq!(known.get(read(1)).await, Ok(1));
        let (asked, answered) = (Notify::new(), Notify::new());
        let looks = known.get(async || {
            asked.notify_one();
            answered.notified().await;
            Ok::<u64, Infallible>(2)
        });
        let others = async {
            asked.notified().await;
            for _ in 0..3 {
                assert_eq!(known.get(read(9)).await, Ok(1));
            }
            answered.notify_one();
        };
        let (looked, ()) = tokio::join!(looks, others);
        assert_eq!(looked, Ok(2));
        assert_eq!(known.known().epoch, 2);
    }

    #[tokio::test]
    async fn what_was_asked_for_before_a_change_is_not_trusted_after_it() {
        let known = KnownEpoch::trusted_for(LONG, LONG);
        let overtaken = known.get(async || {
            known.distrust();
            Ok::<u64, Infallible>(1)
        });
        assert_eq!(overtaken.await, Ok(1));
        assert_eq!(known.get(read(2)).await, Ok(2));
    }

    #[tokio::test]
    async fn one_that_fails_to_look_leaves_what_is_known() {
        let known = KnownEpoch::trusted_for(Duration::ZERO, LONG);
        assert_eq!(known.get(async || Ok::<u64, &str>(1)).await, Ok(1));
        assert_eq!(known.get(async || Err("away")).await, Err("away"));
        assert!(matches!(known.trust(), Trust::Ageing(1)));
    }
}
