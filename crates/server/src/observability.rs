//! What the process tells about itself, put together: requests observed, metrics served, traces sent.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use api::Api;
use api::observe::{Observer, Spans};
use service::Service;
use thiserror::Error;

use crate::application::Surroundings;
use crate::http::ConnectionMetrics;
use crate::metrics::{MetricsListener, Sources};
use crate::observability_args::ObservabilityArgs;
use crate::otlp::Exporter;

/// It cannot be put together.
#[derive(Debug, Error)]
pub enum ObservabilityError {
    /// The address of the metrics cannot be listened on.
    #[error(
        "metrics cannot be served on {address}: {source}; choose another address with --metrics-listen"
    )]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// No client for the collector can be made.
    #[error("traces cannot be sent: {0}")]
    Client(#[from] reqwest::Error),
}

/// What observes the process while it serves.
#[derive(Debug)]
pub struct Observability {
    observer: Arc<Observer>,
    exporter: Option<Exporter>,
    metrics: Option<MetricsListener>,
}

impl Observability {
    /// Starts to observe; metrics are not served yet. To be called inside a Tokio runtime.
    ///
    /// # Errors
    /// Traces are to be sent and cannot be.
    pub fn start(
        args: &ObservabilityArgs,
        surroundings: &Surroundings,
    ) -> Result<Self, ObservabilityError> {
        let exporter = match &args.trace_otlp_endpoint {
            Some(endpoint) => {
                let entropy = Arc::clone(&surroundings.entropy);
                Some(Exporter::start(endpoint, args.trace_kept_ratio, entropy)?)
            }
            None => None,
        };
        let spans = exporter.as_ref().map(|exporter| {
            let queue: Arc<dyn Spans> = exporter.queue();
            queue
        });
        let observer = Observer::new(
            Arc::clone(&surroundings.clock),
            Arc::clone(&surroundings.entropy),
            &api::operations(),
            spans,
        );
        Ok(Self {
            observer: Arc::new(observer),
            exporter,
            metrics: None,
        })
    }

    /// What observes the requests of the API's listener.
    #[must_use]
    pub fn observer(&self) -> Arc<Observer> {
        Arc::clone(&self.observer)
    }

    /// Serves metrics, and what `health` answers about itself, where an address is given for them.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn serve_metrics(
        &mut self,
        args: &ObservabilityArgs,
        service: &Arc<Service>,
        health: &Api,
        connections: Arc<ConnectionMetrics>,
        database: Option<&Path>,
        surroundings: &Surroundings,
    ) -> Result<(), ObservabilityError> {
        let Some(address) = args.metrics_listen else {
            return Ok(());
        };
        let sources = Sources {
            service: Arc::clone(service),
            observer: self.observer(),
            connections,
            spans: self.exporter.as_ref().map(Exporter::metrics),
            database: database.map(Path::to_owned),
            started_at: surroundings.clock.now(),
        };
        let listener = MetricsListener::start(address, sources, health.clone()).await;
        let listener = listener.map_err(|source| ObservabilityError::Listen { address, source })?;
        self.metrics = Some(listener);
        Ok(())
    }

    /// The address on which metrics are served, where they are.
    #[must_use]
    pub fn metrics_address(&self) -> Option<std::net::SocketAddr> {
        self.metrics.as_ref().map(MetricsListener::address)
    }

    /// What is to be set when the process takes no requests any more, so that it says that it is not ready.
    #[must_use]
    pub fn stopping(&self) -> Arc<AtomicBool> {
        let listener = self.metrics.as_ref();
        listener.map(MetricsListener::stopping).unwrap_or_default()
    }

    /// Sends the last traces, and stops to serve metrics. To be called when no requests come any more.
    pub async fn stop(self) {
        if let Some(exporter) = self.exporter {
            exporter.stop().await;
        }
        if let Some(metrics) = self.metrics {
            metrics.stop().await;
        }
    }
}
