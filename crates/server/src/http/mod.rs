//! Serving HTTP: the listener, its connections and their limits, and stopping cleanly.

mod serve;

pub use serve::{HttpLimits, Server};
