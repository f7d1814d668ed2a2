//! Connections of the listener: how many, how slow they may be, and how they end.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use api::observe::Observer;
use axum::body::Body;
use http::{Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tower::Service;

use super::ConnectionMetrics;
use super::connection::Connection;
use super::stopping::Stopping;
use crate::tls::Tls;

/// Limits on connections.
#[derive(Clone, Copy, Debug)]
pub struct HttpLimits {
    /// Open connections of all addresses, at most.
    pub connections_max: usize,
    /// Open connections of one address, at most.
    pub connections_per_address_max: usize,
    /// How long the head of a request may take, and how long a connection may be idle.
    pub head_time_max: Duration,
    /// Bytes of a request's head that are read in HTTP/1.1, from its first letter to the empty line at its end.
    pub head_bytes_max: usize,
    /// The same in HTTP/2, as RFC 9113 counts: names and values, and 32 bytes for each header.
    pub header_list_bytes_max: u32,
    /// Requests of one connection at the same time in HTTP/2, at most.
    pub requests_per_connection_max: u32,
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
            header_list_bytes_max: 48 * 1024,
            requests_per_connection_max: 100,
            stop_time_max: Duration::from_secs(20),
        }
    }
}

/// A listener and what it serves.
#[derive(Debug)]
pub struct Server<S> {
    listener: TcpListener,
    service: S,
    limits: HttpLimits,
    counts: Arc<Mutex<HashMap<IpAddr, usize>>>,
    metrics: Arc<ConnectionMetrics>,
    observer: Option<Arc<Observer>>,
    tls: Option<Arc<Tls>>,
    stopping: Stopping,
}

/// One open connection in the count of its address.
struct Counted {
    metrics: Arc<ConnectionMetrics>,
    counts: Arc<Mutex<HashMap<IpAddr, usize>>>,
    address: IpAddr,
}

impl<S> Server<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    /// Listens on an address; port 0 takes any that is free.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn bind(
        address: SocketAddr,
        service: S,
        limits: HttpLimits,
    ) -> std::io::Result<Self> {
        Ok(Self::on(TcpListener::bind(address).await?, service, limits))
    }

    /// Takes a listener that stands already.
    #[must_use]
    pub fn on(listener: TcpListener, service: S, limits: HttpLimits) -> Self {
        Self {
            listener,
            service,
            limits,
            counts: Arc::default(),
            metrics: Arc::default(),
            observer: None,
            tls: None,
            stopping: Stopping::new(),
        }
    }

    /// Has every connection begin with TLS.
    #[must_use]
    pub fn inside_tls(mut self, tls: Arc<Tls>) -> Self {
        self.metrics = Arc::new(ConnectionMetrics {
            tls: Some(tls.metrics()),
            ..ConnectionMetrics::default()
        });
        self.tls = Some(tls);
        self
    }

    /// Has requests observed: named, counted, noted and traced.
    #[must_use]
    pub fn observed(mut self, observer: Arc<Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// What is counted of the connections.
    #[must_use]
    pub fn metrics(&self) -> Arc<ConnectionMetrics> {
        Arc::clone(&self.metrics)
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
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = &mut stop => break,
            };
            match accepted {
                Ok((stream, address)) => self.serve(stream, address.ip()),
                Err(error) => {
                    self.metrics.not_accepted.add(1);
                    // Usually too many open files; new ones become free as connections end.
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        drop(self.listener);
        let finished = tokio::time::timeout(self.limits.stop_time_max, self.stopping.stop()).await;
        if finished.is_err() {
            tracing::warn!("requests were still under way at the end of the time for stopping");
        }
    }

    fn serve(&self, stream: TcpStream, address: IpAddr) {
        let Some(counted) = Counted::add(self, address) else {
            self.metrics.refused.add(1);
            tracing::warn!(%address, "too many connections, of this address or of all");
            return;
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection ended before it was served");
            return;
        }
        let observer = self.observer.as_ref();
        let connection = Connection {
            service: self.service.clone(),
            observer: observer.map(|observer| Arc::new(observer.connection())),
            limits: self.limits,
            stop: self.stopping.signal(),
        };
        let tls = self.tls.clone();
        tokio::spawn(async move {
            connection.serve(stream, tls).await;
            drop(counted);
        });
    }
}

impl Counted {
    fn add<S>(server: &Server<S>, address: IpAddr) -> Option<Self> {
        let counts = &server.counts;
        let mut open = counts.lock().unwrap_or_else(PoisonError::into_inner);
        // Every open connection shares the counts, and so does the server itself.
        if Arc::strong_count(counts) > server.limits.connections_max {
            return None;
        }
        let count = open.entry(address).or_default();
        if *count >= server.limits.connections_per_address_max {
            return None;
        }
        *count += 1;
        server.metrics.accepted.add(1);
        server.metrics.open.raise();
        Some(Self {
            metrics: Arc::clone(&server.metrics),
            counts: Arc::clone(counts),
            address,
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.metrics.open.lower();
        let mut open = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}
