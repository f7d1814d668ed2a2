//! The listener of the metrics.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use prometheus_client::encoding::prometheus_text::{self, CONTENT_TYPE as PROMETHEUS};
use prometheus_client::registry::Registry;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::Sources;
use crate::http::{HttpLimits, Server};

/// Connections of one address, at most: whoever reads metrics needs one.
const CONNECTIONS_MAX: usize = 64;

/// Serves the metrics until it is stopped.
#[derive(Debug)]
pub struct MetricsListener {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl MetricsListener {
    /// Listens on an address; port 0 takes any that is free. To be called inside a Tokio runtime.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn start(address: SocketAddr, sources: Sources) -> std::io::Result<Self> {
        let limits = HttpLimits {
            connections_per_address_max: CONNECTIONS_MAX,
            ..HttpLimits::default()
        };
        let server = Server::bind(address, routes(sources), limits).await?;
        let address = server.address()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let ended = tokio::spawn(server.run(async move { drop(stopped.await) }));
        Ok(Self {
            address,
            stop,
            ended,
        })
    }

    /// The address that is listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops, and answers when it has.
    pub async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.ended.await {
            tracing::error!(%error, "the metrics listener has panicked");
        }
    }
}

fn routes(sources: Sources) -> Router {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(sources));
    let registry = Arc::new(registry);
    let page = move || {
        let mut text = String::new();
        let written = prometheus_text::encode(&mut text, &registry);
        let status = match written {
            Ok(()) => StatusCode::OK,
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        std::future::ready((status, [(CONTENT_TYPE, PROMETHEUS)], text))
    };
    let elsewhere = || async { (StatusCode::NOT_FOUND, "the metrics are at /metrics\n") };
    Router::new()
        .route("/metrics", get(page))
        .fallback(elsewhere)
}
