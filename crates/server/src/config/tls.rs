//! TLS on the API's listener.

use std::path::PathBuf;
use std::time::Duration;

use super::section::section;
use super::{Kind, Setting};
use crate::tls::TlsLimits;

section! {
    /// TLS on the listener of the API: versions 1.3 and 1.2, with HTTP/2 and HTTP/1.1. Without files the API is served in
    /// plain text, which is meant for one machine or for a proxy with TLS in front.
    "tls" => pub struct Tls {
        /// A file with the server's certificate and, after it, those that vouch for it, in PEM; key_file belongs to it.
        certificate_file: Option<PathBuf> = Setting::of(Kind::Text {
            allowed: "a path",
            check: |text| !text.is_empty(),
        })
        .unset("the API is served in plain text")
        .flag("tls-certificate-file");
        /// A file with the certificate's private key in PEM (PKCS#8, SEC1 or PKCS#1), without a passphrase, that the
        /// server's user alone may read.
        key_file: Option<PathBuf> = Setting::of(Kind::Text {
            allowed: "a path",
            check: |text| !text.is_empty(),
        })
        .unset("the API is served in plain text")
        .flag("tls-key-file");
        /// How often the files are looked at; when they hold something new, the next connections get it. SIGHUP does the
        /// same at once. Files that cannot be used are told in the log, and the certificate before them goes on.
        reload_seconds: u64 = Setting::whole(1, 86_400, "seconds", "30");
        /// How long a TLS handshake may take. Then the connection ends.
        handshake_seconds_max: u64 = Setting::whole(1, 300, "seconds", "10");
    }
}

impl Tls {
    /// How often the files are looked at.
    #[must_use]
    pub fn reload_every(&self) -> Duration {
        Duration::from_secs(self.reload_seconds)
    }

    /// Limits on handshakes.
    #[must_use]
    pub fn limits(&self) -> TlsLimits {
        TlsLimits {
            handshake_time_max: Duration::from_secs(self.handshake_seconds_max),
        }
    }
}
