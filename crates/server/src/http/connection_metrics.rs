//! What is counted of connections.

use service::metrics::{Counter, Gauge};

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
}
