//! The certificate that the API is served with.

use std::os::unix::fs::PermissionsExt;

use domain::Timestamp;

use super::finding::Finding;
use crate::tls::CertificateFiles;

const CHECK: &str = "certificate";

/// Permissions of everybody. A group may read the key: on many systems one stands for that.
const EVERYBODY: u32 = 0o007;

/// Looks at the files as the server reads them. `public_url` is where callers reach it.
pub(super) fn examine(files: &CertificateFiles, public_url: &str, now: Timestamp) -> Finding {
    let loaded = files.load();
    let certificate = match loaded.and_then(|certificate| certificate.valid_at(now, files)) {
        Ok(certificate) => certificate,
        Err(problem) => return broken(&problem.to_string()),
    };
    let not_after = certificate.not_after;
    let host = host_of(public_url);
    if !certificate.covers(host) {
        return Finding::warning(
            CHECK,
            format!("the certificate is not one for {host}, the host of the public URL"),
            format!(
                "callers that reach this server as {host} refuse it: get a certificate that names {host}, or correct \
                 --public-url; all is well where a proxy stands in between and has one"
            ),
        );
    }
    if certificate.ends_soon(now) {
        return Finding::warning(
            CHECK,
            format!("the certificate expires at {not_after}, in less than 14 days"),
            "renew it and write it over the old files; a running server takes it without a restart",
        );
    }
    let mode = std::fs::metadata(&files.key).map_or(0, |file| file.permissions().mode());
    if mode & EVERYBODY != 0 {
        let (path, mode) = (files.key.display(), mode & 0o7777);
        return Finding::warning(
            CHECK,
            format!("the key {path} has mode {mode:04o}: everybody on this machine may use it"),
            format!("chmod o= {path}"),
        );
    }
    Finding::ok(
        CHECK,
        format!(
            "the certificate is one for {host}, its key belongs to it, and it is valid until {not_after}"
        ),
    )
}

/// A problem says what to do after its last semicolon.
fn broken(problem: &str) -> Finding {
    let (message, remedy) = problem.rsplit_once("; ").unwrap_or((problem, ""));
    Finding::error(CHECK, message, remedy)
}

/// The host in a public URL, without its port and without the brackets of an IPv6 address.
fn host_of(public_url: &str) -> &str {
    let (_, rest) = public_url.split_once("://").unwrap_or(("", public_url));
    match rest.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or(rest, |(host, _)| host),
        None => rest.split_once(':').map_or(rest, |(host, _)| host),
    }
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn a_host_has_no_port_and_no_brackets() {
        for (url, host) in [
            ("https://a.example", "a.example"),
            ("https://a.example:8443", "a.example"),
            ("https://127.0.0.1:8443", "127.0.0.1"),
            ("https://[::1]:8443", "::1"),
            ("https://[::1]", "::1"),
        ] {
            assert_eq!(host_of(url), host);
        }
    }
}
