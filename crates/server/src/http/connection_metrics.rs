//! What is counted of connections.

use std::sync::Arc;

use service::metrics::{Counter, Gauge};

use crate::tls::TlsMetrics;

/// What is counted of the connections of a listener.
#[derive(Debug, Default)]
pub struct ConnectionMetrics {
    /// Connections that are open.
    pub open: Gauge,
    /// Connections that were accepted and served.
    pub accepted: Counter,
    /// Connections that were not served because their address has too many.
    pub refused: Counter,
    /// Times that the system could not accept a connection, usually for want of file descriptors.
    pub not_accepted: Counter,
    /// What is counted of TLS, where it is spoken.
    pub tls: Option<Arc<TlsMetrics>>,
}
