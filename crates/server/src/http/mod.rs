//! Serving HTTP: the listener, its connections and their limits, and stopping cleanly.

mod refused_head;
mod serve;

pub use serve::{HttpLimits, Server};
