//! The listener of the metrics, on a thread of its own: it answers whoever watches while the API has more to do than it
//! can. For the same reason the two questions about health are answered here as well.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use api::Api;
use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use prometheus_client::encoding::prometheus_text::{self, CONTENT_TYPE as PROMETHEUS};
use prometheus_client::registry::Registry;
use tokio::sync::oneshot;
use tower::ServiceExt;

use super::Sources;
use crate::http::{HttpLimits, Server};

/// Connections of one address, at most: whoever reads metrics needs one.
const CONNECTIONS_MAX: usize = 64;

const ELSEWHERE: &str = "here are /metrics, /health/live and /health/ready\n";

/// Serves the metrics until it is stopped.
#[derive(Debug)]
pub struct MetricsListener {
    address: SocketAddr,
    is_stopping: Arc<AtomicBool>,
    stop: oneshot::Sender<()>,
    ended: oneshot::Receiver<()>,
    thread: JoinHandle<()>,
}

impl MetricsListener {
    /// Listens on an address; port 0 takes any that is free. `api` answers the questions about health.
    ///
    /// # Errors
    /// The address cannot be listened on, or no thread can be started.
    pub async fn start(address: SocketAddr, sources: Sources, api: Api) -> std::io::Result<Self> {
        let is_stopping = Arc::new(AtomicBool::new(false));
        let routes = routes(sources, api, Arc::clone(&is_stopping));
        let (bound, address_bound) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = std::thread::Builder::new()
            .name("metrics".to_owned())
            .spawn(move || {
                runtime.block_on(serve(address, routes, bound, stopped));
                drop(end);
            })?;
        let gone = |_| std::io::Error::other("the thread of the metrics has ended");
        Ok(Self {
            address: address_bound.await.map_err(gone)??,
            is_stopping,
            stop,
            ended,
            thread,
        })
    }

    /// The address that is listened on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What says, once it is true, that the process takes no requests any more, and so is not ready.
    #[must_use]
    pub fn stopping(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_stopping)
    }

    /// Stops, and answers when it has.
    pub async fn stop(self) {
        drop(self.stop);
        // Nothing is ever sent: the other end goes away with the thread.
        drop(self.ended.await);
        if self.thread.join().is_err() {
            tracing::error!("the metrics listener has panicked");
        }
    }
}

/// Binds, tells the address, and serves until `stopped` is done.
async fn serve(
    address: SocketAddr,
    routes: Router,
    bound: oneshot::Sender<std::io::Result<SocketAddr>>,
    stopped: oneshot::Receiver<()>,
) {
    let limits = HttpLimits {
        connections_per_address_max: CONNECTIONS_MAX,
        ..HttpLimits::default()
    };
    let server = Server::bind(address, routes, limits).await;
    let (server, told) = match server {
        Ok(server) => {
            let address = server.address();
            (Some(server), address)
        }
        Err(error) => (None, Err(error)),
    };
    if bound.send(told).is_ok()
        && let Some(server) = server
    {
        server.run(async move { drop(stopped.await) }).await;
    }
}

fn routes(sources: Sources, api: Api, is_stopping: Arc<AtomicBool>) -> Router {
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
    let live = api.clone();
    let ready = move |request: Request<Body>| ready(api.clone(), Arc::clone(&is_stopping), request);
    let elsewhere = || async { (StatusCode::NOT_FOUND, ELSEWHERE) };
    Router::new()
        .route("/metrics", get(page))
        .route("/health/live", get(|request| answer(live, request)))
        .route("/health/ready", get(ready))
        .fallback(elsewhere)
}

async fn ready(api: Api, is_stopping: Arc<AtomicBool>, request: Request<Body>) -> Response {
    if is_stopping.load(Ordering::Relaxed) {
        let told = [(CONTENT_TYPE, "application/json")];
        let answer = (
            StatusCode::SERVICE_UNAVAILABLE,
            told,
            "{\"status\":\"stopping\"}",
        );
        return answer.into_response();
    }
    answer(api, request).await
}

async fn answer(api: Api, request: Request<Body>) -> Response {
    match api.oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}
