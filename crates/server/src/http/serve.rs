//! Connections of the listener: how many, how slow they may be, and how they end.

use std::collections::HashMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};

use crate::http::refused_head::{Explained, FromRoutes};

/// Limits on connections.
#[derive(Clone, Copy, Debug)]
pub struct HttpLimits {
    /// Open connections of all addresses, at most.
    pub connections_max: usize,
    /// Open connections of one address, at most.
    pub connections_per_address_max: usize,
    /// How long the head of a request may take, and how long a connection may be idle.
    pub head_time_max: Duration,
    /// Bytes of a request's head that are read, at most. The API refuses much smaller ones with an answer.
    pub head_bytes_max: usize,
    /// How long requests under way may take when the server stops.
    pub stop_time_max: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            connections_max: 16_384,
            connections_per_address_max: 4_096,
            head_time_max: Duration::from_secs(75),
            head_bytes_max: 256 * 1024,
            stop_time_max: Duration::from_secs(20),
        }
    }
}

/// A listener and what it serves.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    routes: Router,
    limits: HttpLimits,
    counts: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One open connection in the count of its address.
struct Counted {
    counts: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
}

impl Server {
    /// Listens on an address; port 0 takes any that is free.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn bind(
        address: SocketAddr,
        routes: Router,
        limits: HttpLimits,
    ) -> std::io::Result<Self> {
        Ok(Self::on(TcpListener::bind(address).await?, routes, limits))
    }

    /// Takes a listener that stands already.
    #[must_use]
    pub fn on(listener: TcpListener, routes: Router, limits: HttpLimits) -> Self {
        Self {
            listener,
            routes,
            limits,
            counts: Arc::default(),
        }
    }

    /// The address that is listened on.
    ///
    /// # Errors
    /// The system does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` is done, then finishes what was begun.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let connections = GracefulShutdown::new();
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut stop => break,
            };
            match accepted {
                Ok((stream, address)) => self.serve(stream, address.ip(), &connections),
                Err(error) => {
                    // Usually too many open files; new ones become free as connections end.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop(self.listener);
        let finished =
            tokio::time::timeout(self.limits.stop_time_max, connections.shutdown()).await;
        if finished.is_err() {
            tracing::warn!("requests were still under way at the end of the time for stopping");
        }
    }

    fn serve(&self, stream: TcpStream, address: IpAddr, connections: &GracefulShutdown) {
        let Some(counted) = Counted::add(&self.counts, address, self.limits) else {
            tracing::warn!(%address, "too many connections, of this address or of all");
            return;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection ended before it was served");
            return;
        }
        let from_routes = FromRoutes::default();
        let socket = Explained::new(stream, from_routes.clone());
        let routes = TowerToHyperService::new(self.routes.clone());
        let service = service_fn(move |request| {
            let answering = hyper::service::Service::call(&routes, request);
            let from_routes = from_routes.clone();
            async move {
                let answer = answering.await;
                from_routes.announce();
                answer
            }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head_time_max)
            .max_buf_size(self.limits.head_bytes_max)
            .serve_connection(TokioIo::new(socket), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(counted);
        });
    }
}

impl Counted {
    fn add(
        counts: &Arc<Mutex<HashMap<IpAddr, usize>>>,
        address: IpAddr,
        limits: HttpLimits,
    ) -> Option<Self> {
        let mut open = counts.lock().unwrap_or_else(PoisonError::into_inner);
        // Every open connection shares the counts, and so does the server itself.
        if Arc::strong_count(counts) > limits.connections_max {
            return None;
        }
        let count = open.entry(address).or_default();
        if *count >= limits.connections_per_address_max {
            return None;
        }
        *count += 1;
        Some(Self {
            counts: Arc::clone(counts),
            address,
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}
