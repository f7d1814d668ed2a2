//! Traces on their way to a collector: OTLP over HTTP, in its JSON form.
//!
//! Nothing of this exists unless an endpoint is configured. Requests never wait for it: what the collector does not take
//! in time is dropped, and counted.

mod body;
mod exporter;

pub use exporter::{Exporter, SpanMetrics, SpanQueue};
