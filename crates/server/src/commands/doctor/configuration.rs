//! Settings that cannot be used, or that will surprise.

use super::finding::Finding;
use crate::config::{ConfigError, DatabaseArgs, PublicUrlArgs, TokenArgs};

const CHECK: &str = "configuration";

pub(super) fn examine(
    database: &DatabaseArgs,
    public_url: &PublicUrlArgs,
    tokens: &TokenArgs,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Err(error) = database.url() {
        findings.push(wrong(&error));
    }
    match public_url.public_url() {
        Err(error) => findings.push(wrong(&error)),
        Ok(url) => findings.extend(surprising(public_url, &url)),
    }
    if database.root_key.is_some() && database.root_key_file.is_some() {
        findings.push(Finding::warning(
            CHECK,
            "both KOBLING_ROOT_KEY and --root-key-file are given; the first one is used",
            "give one of them",
        ));
    }
    if findings.is_empty() {
        let url = public_url.public_url().unwrap_or_default();
        let (algorithm, seconds) = (tokens.token_algorithm, tokens.lifetime().as_secs());
        let message =
            format!("callers use {url}; tokens are signed with {algorithm} and live {seconds} s");
        findings.push(Finding::ok(CHECK, message));
    }
    findings
}

fn wrong(error: &ConfigError) -> Finding {
    Finding::error(
        CHECK,
        error.to_string(),
        "correct the setting where it stands; kobling config shows all of them",
    )
}

/// Settings with which tokens work on this machine alone, or travel in the open.
fn surprising(args: &PublicUrlArgs, url: &str) -> Option<Finding> {
    let ip = args.listen.ip();
    if args.public_url.is_none() && ip.is_unspecified() {
        return Some(Finding::warning(
            CHECK,
            format!(
                "no public URL is given, so tokens are issued under {url}, where nobody can reach the service"
            ),
            "give --public-url with the URL that callers use",
        ));
    }
    let is_plain = url.starts_with("http://") && !is_of_this_machine(url);
    is_plain.then(|| {
        Finding::warning(
            CHECK,
            format!(
                "callers reach the service at {url}, where secrets and tokens travel unencrypted"
            ),
            "put a proxy with TLS in front of it or give it a certificate (--tls-certificate-file), and give the https:// URL as --public-url",
        )
    })
}

fn is_of_this_machine(url: &str) -> bool {
    let host = url.strip_prefix("http://").unwrap_or(url);
    let ip = host
        .parse::<std::net::SocketAddr>()
        .map(|address| address.ip());
    let ip = ip.or_else(|_| host.trim_matches(['[', ']']).parse());
    let name = host.split_once(':').map_or(host, |(name, _)| name);
    ip.map_or(name == "localhost", |ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TlsArgs;

    fn found(listen: &str, public_url: Option<&str>) -> Option<Finding> {
        let args = PublicUrlArgs {
            public_url: public_url.map(str::to_owned),
            listen: listen.parse().unwrap(),
            tls: TlsArgs::default(),
        };
        surprising(&args, &args.public_url().unwrap())
    }

    #[test]
    fn loopback_and_tls_surprise_nobody() {
        for url in [
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://[::1]:80",
            "http://[::1]",
        ] {
            assert_eq!(found("0.0.0.0:8080", Some(url)), None, "{url}");
        }
        assert_eq!(found("0.0.0.0:8080", Some("https://a.example")), None);
        assert_eq!(found("127.0.0.1:8080", None), None);
    }

    #[test]
    fn unreachable_issuers_and_plain_http_are_told() {
        let message = |finding: Option<Finding>| finding.unwrap().message;
        assert!(message(found("0.0.0.0:8080", None)).contains("nobody can reach"));
        assert!(message(found("127.0.0.1:80", Some("http://a.example"))).contains("unencrypted"));
        assert!(message(found("10.0.0.1:80", None)).contains("unencrypted"));
    }
}
