//! Where traces are sent.

use super::section::section;
use super::{Kind, Setting};
use crate::observability_args::{checked_endpoint, checked_ratio};

section! {
    /// Traces of requests (W3C Trace Context), sent to a collector.
    "trace" => pub struct Trace {
        /// The collector that takes traces (OTLP over HTTP, in JSON).
        otlp_endpoint: Option<String> = Setting::of(Kind::Text {
            allowed: "http://host:port and perhaps a path, such as http://127.0.0.1:4318",
            check: |text| checked_endpoint(text).is_ok(),
        })
        .unset("no traces are kept")
        .flag("trace-otlp-endpoint");
        /// The part of the traces that begin here which is kept. A caller's traceparent decides for its own.
        kept_ratio: f64 = Setting::of(Kind::Text {
            allowed: "a number from 0 to 1, such as 0.1",
            check: |text| checked_ratio(text).is_ok(),
        })
        .default("1")
        .flag("trace-kept-ratio");
    }
}
