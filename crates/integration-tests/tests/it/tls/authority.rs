//! Certificates that are made for a test, and keys in every form that servers are given.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Clock, SystemClock};
use rcgen::{
    BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256,
    PKCS_RSA_SHA256, date_time_ymd,
};

/// The name that every certificate is for unless a test says otherwise.
pub(crate) const NAME: &str = "kobling.test";

const DAY: Duration = Duration::from_secs(86_400);

/// Issues certificates that nobody but the test trusts.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) pem: String,
}

/// A certificate with its key.
pub(crate) struct Issued {
    pub(crate) certificate: String,
    pub(crate) key: String,
    pub(crate) der: Vec<u8>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    pub(crate) fn issue(&self) -> Issued {
        self.issue_with(&elliptic(), NAME, (-1, 90))
    }

    /// Valid from so many days from now until so many days from now.
    pub(crate) fn issue_with(&self, key: &KeyPair, name: &str, days: (i32, i32)) -> Issued {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let now = Duration::from_millis(SystemClock.now().millis());
        let moment = |days: i32| {
            let away = DAY * days.unsigned_abs();
            let since = if days < 0 { now - away } else { now + away };
            date_time_ymd(1970, 1, 1) + Duration::from_secs(since.as_secs())
        };
        (params.not_before, params.not_after) = (moment(days.0), moment(days.1));
        let made = params.signed_by(key, &self.issuer).unwrap();
        Issued {
            certificate: made.pem(),
            key: key.serialize_pem(),
            der: made.der().to_vec(),
        }
    }

    /// A client that trusts this authority alone, and finds the name at an address.
    pub(crate) fn client(&self, address: std::net::SocketAddr) -> reqwest::ClientBuilder {
        let root = reqwest::Certificate::from_pem(self.pem.as_bytes()).unwrap();
        reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([root])
            .tls_info(true)
            .resolve(NAME, address)
    }
}

pub(crate) fn elliptic() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}

pub(crate) fn rsa() -> KeyPair {
    KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap()
}

/// The key as it stood before PKCS#8: `RSA PRIVATE KEY` (PKCS#1) or `EC PRIVATE KEY` (SEC1), which PKCS#8 holds as a text
/// of bytes after a version and the name of the algorithm.
pub(crate) fn traditional(key: &KeyPair, label: &str) -> String {
    let pkcs8 = key.serialize_der();
    let (_, whole, _) = element(&pkcs8);
    let (_, _, rest) = element(whole);
    let (_, _, rest) = element(rest);
    let (tag, inner, _) = element(rest);
    assert_eq!(tag, 4, "an OCTET STRING");
    let lines: Vec<String> = STANDARD
        .encode(inner)
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .collect();
    let text = lines.join("\n");
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

/// The first element of DER: its tag, what it holds, and what follows it.
fn element(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let (head, length) = match der[1] {
        short @ 0..0x80 => (2, usize::from(short)),
        long => {
            let bytes = usize::from(long & 0x7f);
            let length = der[2..2 + bytes].iter();
            (
                2 + bytes,
                length.fold(0, |sum, byte| sum * 256 + usize::from(*byte)),
            )
        }
    };
    (der[0], &der[head..head + length], &der[head + length..])
}
