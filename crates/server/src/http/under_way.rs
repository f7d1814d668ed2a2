//! What is under way on a connection of HTTP/2, where several requests share one and none has a time of its own.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Counts the requests of a connection that are worked on.
#[derive(Clone, Debug)]
pub(super) struct UnderWay(Arc<Mutex<Count>>);

#[derive(Debug)]
struct Count {
    requests: usize,
    /// When the last one ended, or the connection began.
    last: Instant,
}

/// A request that is worked on, until this is dropped.
#[derive(Debug)]
pub(super) struct Working(UnderWay);

impl UnderWay {
    pub(super) fn nothing() -> Self {
        Self(Arc::new(Mutex::new(Count {
            requests: 0,
            last: Instant::now(),
        })))
    }

    pub(super) fn begin(&self) -> Working {
        self.change(|count| count.requests += 1);
        Working(self.clone())
    }

    /// Done when nothing has been worked on for this long.
    pub(super) async fn idle_for(&self, time: Duration) {
        loop {
            let since = self.change(|count| (count.requests == 0).then_some(count.last));
            let until = since.unwrap_or_else(Instant::now) + time;
            if until <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(until).await;
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Count) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.change(|count| {
            count.requests -= 1;
            count.last = Instant::now();
        });
    }
}
