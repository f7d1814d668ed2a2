//! The HTTP client of commands that call a service.

use std::error::Error;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::exit::UsageError;

/// A client for a URL. Credentials go to that address and to no other: redirects are not followed. The certificates of
/// the machine are read only where they are needed, so that a machine without any can be called over plain HTTP.
///
/// # Errors
/// It is no URL of HTTP, or the machine has no certificates to trust.
pub(super) fn client_for(url: &str) -> Result<Client, UsageError> {
    let unusable = |why: String| UsageError(format!("{url}: {why}"));
    let parsed = Url::parse(url).map_err(|error| unusable(error.to_string()))?;
    let builder = Client::builder().redirect(Policy::none());
    let builder = match parsed.scheme() {
        "https" => builder,
        "http" => builder.tls_certs_only([]),
        _ => {
            return Err(unusable(
                "the URL must begin with https:// or http://".to_owned(),
            ));
        }
    };
    builder.build().map_err(|error| unusable(reasons(&error)))
}

/// An error with the reasons below it.
pub(super) fn reasons(error: &reqwest::Error) -> String {
    let mut reason: &dyn Error = error;
    while let Some(deeper) = reason.source() {
        reason = deeper;
    }
    reason.to_string()
}
