//! Limits on what comes in, and on what waits.

use std::time::Duration;

use super::Setting;
use super::section::section;
use crate::http::HttpLimits;

section! {
    /// Limits on what comes in, and on what waits. What happens when one is reached stands beside it.
    "limits" => pub struct Limits {
        /// A request's body. A longer one is refused with 413.
        body_bytes_max: usize = Setting::whole(1_024, 16_777_216, "bytes", "65536");
        /// How long a body may take to arrive. A slower one is refused with 408.
        body_seconds_max: u64 = Setting::whole(1, 3_600, "seconds", "20");
        /// A request's path and query together. A longer one is refused with 414.
        target_bytes_max: usize = Setting::whole(256, 65_534, "bytes", "8192");
        /// The names and values of a request's headers together. Longer ones are refused with 431.
        header_bytes_max: usize = Setting::whole(1_024, 1_048_576, "bytes", "32768");
        /// A request's head as it is sent in HTTP/1.1, from its first letter to the empty line at its end, not less than
        /// target_bytes_max and header_bytes_max together. A longer one is refused with 431, and the connection ends. A
        /// list of headers in HTTP/2 has the same limit, or 8192 bytes more than those two together where that is less.
        head_bytes_max: usize = Setting::whole(8_192, 4_194_304, "bytes", "262144");
        /// How long the first line and the headers may take to arrive, and how long a connection may be idle. Then it
        /// ends without an answer. Of HTTP/2: how long nothing may be worked on; then the caller is told to end the
        /// connection, and may take as long again.
        head_seconds_max: u64 = Setting::whole(1, 3_600, "seconds", "75");
        /// Open connections of all addresses. Further ones are closed at once. Each takes a file descriptor of the process.
        connections_max: usize = Setting::whole(1, 1_000_000, "connections", "16384");
        /// Open connections of one address. Further ones are closed at once. Behind a proxy, all are of its address.
        connections_per_address_max: usize = Setting::whole(1, 1_000_000, "connections", "4096");
        /// Requests of one connection at the same time, in HTTP/2. Callers are told, and wait.
        requests_per_connection_max: u32 = Setting::whole(1, 1_000, "requests", "100");
        /// Changes that may wait to be written. Further ones are refused with 503 and Retry-After.
        queue_max: usize = Setting::whole(1, 1_000_000, "changes", "4096");
        /// Answers about connections that are remembered until the connection changes; 0 remembers none.
        connections_remembered_bytes: u64 = Setting::whole(0, 1_099_511_627_776, "bytes", "134217728");
        /// How long requests under way may take when the server is told to stop. Then they are cut off.
        stop_seconds_max: u64 = Setting::whole(1, 3_600, "seconds", "20");
    }
}

impl Limits {
    /// Limits on requests.
    #[must_use]
    pub fn of_requests(&self) -> api::Limits {
        api::Limits {
            body_bytes_max: self.body_bytes_max,
            target_bytes_max: self.target_bytes_max,
            header_bytes_max: self.header_bytes_max,
            body_time_max: Duration::from_secs(self.body_seconds_max),
        }
    }

    /// Headers in HTTP/2 are short on the wire and long in memory, so that no more of them are read than are allowed.
    /// For each header 32 bytes are counted: what HTTP/1.1 takes, which reads 100 headers, fits.
    fn header_list_bytes_max(&self) -> u32 {
        let allowed = self.target_bytes_max + self.header_bytes_max + 8_192;
        u32::try_from(allowed.min(self.head_bytes_max)).unwrap_or(u32::MAX)
    }

    /// Limits on connections.
    #[must_use]
    pub fn of_connections(&self) -> HttpLimits {
        HttpLimits {
            connections_max: self.connections_max,
            connections_per_address_max: self.connections_per_address_max,
            head_time_max: Duration::from_secs(self.head_seconds_max),
            head_bytes_max: self.head_bytes_max,
            header_list_bytes_max: self.header_list_bytes_max(),
            requests_per_connection_max: self.requests_per_connection_max,
            stop_time_max: Duration::from_secs(self.stop_seconds_max),
        }
    }
}
