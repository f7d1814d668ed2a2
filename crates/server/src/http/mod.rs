//! Serving HTTP: the listener, its connections and their limits, and stopping cleanly.

mod connection;
mod connection_metrics;
mod preface;
mod refused_head;
mod serve;
mod socket;
mod stopping;
mod under_way;

pub use connection_metrics::ConnectionMetrics;
pub use serve::{HttpLimits, Server};
