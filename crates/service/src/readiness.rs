//! Whether the service can do what it is there for: answer from the database, and make changes durable.
//!
//! A batch that was written a moment ago is proof enough. Where there was none, or where the last one failed, something is
//! written that changes nothing; so a service without a change to make knows that its disk is full before a caller does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use storage::Storage;
use tokio::runtime::Handle;
use tokio::sync::Mutex;

use crate::Service;
use crate::refusal::Failure;

/// How long the database may take to answer before it counts as away.
const TIME_MAX: Duration = Duration::from_secs(2);

/// The last look at whether changes can be written; one is under way at a time, and whoever asked meanwhile shares it.
#[derive(Debug, Default)]
pub(crate) struct Readiness(Arc<Mutex<Option<Look>>>);

#[derive(Debug)]
struct Look {
    began: Instant,
    found: Result<(), Failure>,
}

impl Service {
    /// Whether the database can be asked, and changes can be made durable.
    ///
    /// # Errors
    /// They cannot, or it takes too long.
    pub async fn check_readiness(&self) -> Result<(), Failure> {
        self.storage.find_installation().await?;
        let looked = tokio::time::timeout(TIME_MAX, self.readiness.look(&self.storage)).await;
        looked.unwrap_or_else(|_| {
            let why = format!(
                "the database has not answered for {} seconds",
                TIME_MAX.as_secs()
            );
            Err(Failure::Unavailable(why))
        })
    }
}

impl Readiness {
    async fn look(&self, storage: &Arc<dyn Storage>) -> Result<(), Failure> {
        let asked = Instant::now();
        let mut last = Arc::clone(&self.0).lock_owned().await;
        if let Some(last) = last.as_ref().filter(|last| last.began >= asked) {
            return last.found.clone();
        }
        let storage = Arc::clone(storage);
        let runtime = Handle::current();
        // It may block its thread for as long as the disk hangs, and keeps the lock until then: no second one joins it.
        let looking = tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            let found = runtime.block_on(storage.check_writes());
            let found = found.map_err(Failure::from);
            *last = Some(Look {
                began,
                found: found.clone(),
            });
            found
        });
        looking
            .await
            .unwrap_or_else(|error| Err(Failure::Internal(error.to_string())))
    }
}
