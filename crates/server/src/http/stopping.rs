//! Telling all connections to stop, and knowing when the last has.

use tokio::sync::watch;

/// Tells connections to stop.
#[derive(Debug)]
pub(super) struct Stopping(watch::Sender<bool>);

/// What a connection holds on to until it has ended.
#[derive(Clone, Debug)]
pub(super) struct StopSignal(watch::Receiver<bool>);

impl Stopping {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// For one connection. Whoever holds it is waited for.
    pub(super) fn signal(&self) -> StopSignal {
        StopSignal(self.0.subscribe())
    }

    /// Tells all, and waits until nobody holds a signal any more.
    pub(super) async fn stop(&self) {
        self.0.send_replace(true);
        self.0.closed().await;
    }
}

impl StopSignal {
    /// Done when the server stops.
    pub(super) async fn told(&mut self) {
        // An error means that the server is gone, which is the same to a connection.
        drop(self.0.wait_for(|stops| *stops).await);
    }
}
