//! Serving HTTP: the listener, its connections and their limits, and stopping cleanly.

mod connection_metrics;
mod refused_head;
mod serve;

pub use connection_metrics::ConnectionMetrics;
pub use serve::{HttpLimits, Server};
