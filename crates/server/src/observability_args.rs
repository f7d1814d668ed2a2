//! The settings of what the process tells about itself.

use std::net::SocketAddr;

use clap::Args;

use crate::config::{default_of, help_of};

const METRICS_LISTEN: &str = "KOBLING_METRICS__LISTEN";
const OTLP_ENDPOINT: &str = "KOBLING_TRACE__OTLP_ENDPOINT";
const KEPT_RATIO: &str = "KOBLING_TRACE__KEPT_RATIO";

/// Where metrics are read and traces are sent.
#[derive(Args, Clone, Debug, Default)]
pub struct ObservabilityArgs {
    /// The setting `metrics.listen`.
    #[arg(long, env = METRICS_LISTEN, value_name = "ADDRESS", help = help_of(METRICS_LISTEN))]
    pub metrics_listen: Option<SocketAddr>,
    /// The setting `trace.otlp_endpoint`.
    #[arg(long, env = OTLP_ENDPOINT, value_name = "URL", help = help_of(OTLP_ENDPOINT),
          value_parser = checked_endpoint)]
    pub trace_otlp_endpoint: Option<String>,
    /// The setting `trace.kept_ratio`.
    #[arg(long, env = KEPT_RATIO, value_name = "RATIO", help = help_of(KEPT_RATIO),
          default_value = default_of(KEPT_RATIO), value_parser = checked_ratio)]
    pub trace_kept_ratio: f64,
}

pub(crate) fn checked_endpoint(given: &str) -> Result<String, String> {
    let rest = given.strip_prefix("http://");
    let rest =
        rest.ok_or("give http://host:port; for https, run a collector beside the service")?;
    let (host, _) = rest.split_once('/').unwrap_or((rest, ""));
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_/".contains(&byte);
    if host.is_empty() || !rest.bytes().all(is_plain) {
        return Err(
            "give http://host:port and perhaps a path, without a user, query or fragment"
                .to_owned(),
        );
    }
    Ok(given.to_owned())
}

pub(crate) fn checked_ratio(given: &str) -> Result<f64, String> {
    let ratio = given.parse().ok();
    let ratio = ratio.filter(|ratio| (0.0..=1.0).contains(ratio));
    ratio.ok_or_else(|| "give a number from 0 to 1, such as 0.1".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_plain_http() {
        for url in [
            "http://127.0.0.1:4318",
            "http://[::1]:4318/",
            "http://collector/otlp",
        ] {
            assert_eq!(checked_endpoint(url).as_deref(), Ok(url));
        }
        for url in [
            "",
            "collector:4318",
            "https://a",
            "http://",
            "http:///x",
            "http://u:p@a",
            "http://a?b",
            "http://a b",
        ] {
            assert!(checked_endpoint(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_ratio_is_from_0_to_1() {
        assert_eq!(checked_ratio("0.25"), Ok(0.25));
        for text in ["", "-0.1", "1.1", "NaN", "inf", "half"] {
            assert!(checked_ratio(text).is_err(), "{text}");
        }
    }
}
