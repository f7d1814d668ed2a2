//! The HTTP client of commands that call a service.

use std::error::Error;
use std::path::Path;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Url};

use super::exit::UsageError;

/// A client for a URL. Credentials go to that address and to no other: redirects are not followed. The certificates of
/// the machine are read only where they are needed, so that a machine without any can be called over plain HTTP.
///
/// # Errors
/// It is no URL of HTTP, or the machine has no certificates to trust.
pub(super) fn client_for(url: &str) -> Result<Client, UsageError> {
    client_trusting(url, None)
}

/// The same; where a file of certificates is given, those are trusted in place of the machine's.
///
/// # Errors
/// It is no URL of HTTP, or there are no certificates to trust.
pub(super) fn client_trusting(url: &str, ca_file: Option<&Path>) -> Result<Client, UsageError> {
    let unusable = |why: String| UsageError(format!("{url}: {why}"));
    let parsed = Url::parse(url).map_err(|error| unusable(error.to_string()))?;
    let builder = Client::builder().redirect(Policy::none());
    let builder = match parsed.scheme() {
        "https" => match ca_file {
            Some(path) => builder.tls_certs_only(read_certificates(path)?),
            None => builder,
        },
        "http" => builder.tls_certs_only([]),
        _ => {
            return Err(unusable(
                "the URL must begin with https:// or http://".to_owned(),
            ));
        }
    };
    builder.build().map_err(|error| unusable(reasons(&error)))
}

/// A client for a server of this machine that proves nothing to us and is given no secret, whatever its certificate says.
///
/// # Errors
/// No client can be made.
pub(super) fn client_trusting_anyone() -> reqwest::Result<Client> {
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .tls_certs_only([])
        .tls_danger_accept_invalid_certs(true)
        .build()
}

fn read_certificates(path: &Path) -> Result<Vec<Certificate>, UsageError> {
    let shown = path.display();
    let unusable = |why: String| UsageError(format!("--ca-file {shown}: {why}"));
    let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    let certificates = Certificate::from_pem_bundle(&pem);
    let certificates = certificates.map_err(|error| unusable(reasons(&error)))?;
    if certificates.is_empty() {
        return Err(unusable(
            "there is no certificate in it; it must hold one in PEM, from -----BEGIN CERTIFICATE-----"
                .to_owned(),
        ));
    }
    Ok(certificates)
}

/// An error with the reasons below it.
pub(super) fn reasons(error: &reqwest::Error) -> String {
    let mut reason: &dyn Error = error;
    while let Some(deeper) = reason.source() {
        reason = deeper;
    }
    reason.to_string()
}
