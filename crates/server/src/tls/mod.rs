//! TLS on the API's listener: certificate and key from files, looked at again while the server runs.
//!
//! TLS 1.3 and 1.2, with HTTP/2 and HTTP/1.1 by ALPN. Without the files none of this exists.

mod certificate;
mod handshake;
mod problem;
mod reload;

pub use certificate::{Certificate, CertificateFiles};
pub use handshake::{Tls, TlsLimits, TlsMetrics};
pub use problem::{CertificateProblem, Which};
pub use reload::{WatchError, watch};
