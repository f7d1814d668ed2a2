//! Where metrics are read.

use std::net::SocketAddr;

use super::section::section;
use super::{Kind, Setting};

section! {
    /// Numbers for Prometheus, on a listener of their own.
    "metrics" => pub struct Metrics {
        /// The address on which metrics are served, at /metrics. It has no access control, so choose one that only your
        /// monitoring reaches.
        listen: Option<SocketAddr> = Setting::of(Kind::Text {
            allowed: "an IP address and a port, such as 127.0.0.1:9464",
            check: |text| text.parse::<SocketAddr>().is_ok(),
        })
        .unset("metrics are not served")
        .flag("metrics-listen");
    }
}
