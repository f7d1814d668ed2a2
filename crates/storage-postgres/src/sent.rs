//! Which statements were sent, each once: what a test looks at to see that each keeps to one partner.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The texts of all statements that the sessions of one database have prepared.
#[derive(Debug, Default)]
pub(crate) struct StatementsSent(Mutex<BTreeSet<&'static str>>);

impl StatementsSent {
    pub(crate) fn add(&self, sql: &'static str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(sql);
    }

    /// All of them so far.
    #[cfg(feature = "testing")]
    pub(crate) fn all(&self) -> Vec<&'static str> {
        let sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sent.iter().copied().collect()
    }
}
