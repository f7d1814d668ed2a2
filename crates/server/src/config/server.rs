//! Where the service listens, and where it is reached.

use std::net::SocketAddr;

use super::section::section;
use super::{Kind, Setting};

section! {
    /// Where the service listens, and where callers reach it.
    "server" => pub struct Server {
        /// The address to listen on; port 0 takes any that is free.
        listen: SocketAddr = Setting::of(Kind::Text {
            allowed: "an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080",
            check: |text| text.parse::<SocketAddr>().is_ok(),
        })
        .default("127.0.0.1:8080")
        .flag("listen");
        /// Where callers reach the service; part of every token's issuer, so the same on all nodes.
        public_url: Option<String> = Setting::of(Kind::Text {
            allowed: "scheme, host and perhaps a port, without a path, such as https://kobling.example.com",
            check: |text| checked_public_url(text).is_some(),
        })
        .unset("http:// (https:// with a certificate) and the address that is listened on")
        .flag("public-url");
    }
}

/// The URL without a slash at its end, if it is scheme, host and port alone.
pub(super) fn checked_public_url(given: &str) -> Option<String> {
    let url = given.strip_suffix('/').unwrap_or(given);
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
    let is_host = !host.is_empty() && host.bytes().all(is_plain);
    is_host.then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_scheme_host_and_port() {
        assert_eq!(
            checked_public_url("https://a.example/").as_deref(),
            Some("https://a.example")
        );
        assert_eq!(
            checked_public_url("http://[::1]:80").as_deref(),
            Some("http://[::1]:80")
        );
        for url in [
            "",
            "a.example",
            "https://",
            "https://a.example/x",
            "ftp://a",
            "https://u@a",
            "https://a?b",
        ] {
            assert_eq!(checked_public_url(url), None, "{url}");
        }
    }
}
