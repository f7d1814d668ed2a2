//! The use cases: who may, what is written, what is read, what is remembered, and the work in the background.
//!
//! This crate must not know HTTP types or SQL. It holds no rules about what a change does: those are in `domain`.

mod failed_batches;
mod lanes;
mod readiness;
mod refusal;
mod settings;
mod writing;

pub mod access;
pub mod accounts;
pub mod clients;
pub mod connection_events;
pub mod connections;
pub mod grants;
pub mod jobs;
pub mod log;
pub mod metrics;
pub mod partners;
pub mod request;
pub mod signing_keys;
pub mod tokens;

use std::sync::Arc;

use domain::{Clock, Entropy, IdSeed};
use oauth::RootKey;
use storage::{Storage, StorageFigures};
use uuid::Uuid;

pub use refusal::{Denied, Failure, Refusal};
pub use settings::Settings;
pub use storage::Order;

/// Which part of a list is wanted.
pub mod paging {
    pub use storage::{AccountsPage, EventsPage, LogPage};
}

use crate::access::Access;
use crate::connections::RememberedConnections;
use crate::lanes::Lanes;
use crate::metrics::Metrics;
use crate::readiness::Readiness;

/// Everything that Kobling can be asked to do.
#[derive(Debug)]
pub struct Service {
    /// Which of the nodes on the database this one is.
    pub(crate) node: Uuid,
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) lanes: Lanes,
    pub(crate) access: Access,
    pub(crate) remembered_connections: Arc<RememberedConnections>,
    pub(crate) root_key: RootKey,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) settings: Settings,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) readiness: Readiness,
}

impl Service {
    /// Puts the parts together and starts the lanes. To be called inside a Tokio runtime.
    ///
    /// # Errors
    /// A lane's thread cannot be started.
    pub fn start(
        storage: Arc<dyn Storage>,
        root_key: RootKey,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        settings: Settings,
    ) -> std::io::Result<Self> {
        let remembered_connections =
            RememberedConnections::new(settings.connections_remembered_bytes);
        let metrics = Arc::new(Metrics::default());
        let lanes = Lanes::start(&storage, &remembered_connections, &settings, &metrics)?;
        let access = Access::new(settings.tokens_remembered_max);
        let node = IdSeed::draw(entropy.as_ref()).id_at(clock.now());
        Ok(Self {
            node,
            storage,
            lanes,
            access,
            remembered_connections,
            root_key,
            clock,
            entropy,
            settings,
            metrics,
            readiness: Readiness::default(),
        })
    }

    /// What the service was told about itself.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What has been counted since the start.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Done when every change that was accepted has its outcome, whether its caller still waits or not. To be awaited before
    /// the runtime ends: an engine may need it to write what is under way.
    pub async fn finish_changes(&self) {
        self.lanes.finished().await;
    }

    /// Changes that wait in all lanes, and how many may.
    #[must_use]
    pub fn queue(&self) -> (usize, usize) {
        self.lanes.queue()
    }

    /// Verified tokens that are remembered.
    #[must_use]
    pub fn tokens_remembered(&self) -> usize {
        self.access.tokens_remembered()
    }

    /// What the database says of itself.
    #[must_use]
    pub fn storage_figures(&self) -> StorageFigures {
        self.storage.figures()
    }
}
