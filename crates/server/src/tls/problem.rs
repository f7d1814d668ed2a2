//! What is wrong with a certificate or its key.

use std::path::PathBuf;

use domain::Timestamp;
use thiserror::Error;

/// One of the two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The certificate and those that vouch for it.
    Certificate,
    /// The private key.
    Key,
}

/// A certificate cannot be served.
#[derive(Debug, Error)]
pub enum CertificateProblem {
    /// A file cannot be read.
    #[error(
        "{}: {path} cannot be read: {source}; give a file that the user may read who runs the server",
        which.setting()
    )]
    Unreadable {
        /// Which file.
        which: Which,
        /// Where it is.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is longer than any certificate or key.
    #[error("{}: {path} has more than {max} bytes; give a file with nothing else in it", which.setting())]
    TooLong {
        /// Which file.
        which: Which,
        /// Where it is.
        path: PathBuf,
        /// Bytes that are read.
        max: u64,
    },
    /// A file holds something that PEM does not allow.
    #[error("{}: {path} is not PEM: {why}; give a file with lines such as -----BEGIN {}-----", which.setting(), which.label())]
    NotPem {
        /// Which file.
        which: Which,
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A file holds nothing of the kind.
    #[error("{}: there is no {} in {path}; it must hold one in PEM, from -----BEGIN {}-----", which.setting(), which.noun(), which.label())]
    Nothing {
        /// Which file.
        which: Which,
        /// Where it is.
        path: PathBuf,
    },
    /// A certificate is none.
    #[error(
        "tls.certificate_file: certificate {number} in {path} cannot be read: {why}; get it again from who issued it"
    )]
    BadCertificate {
        /// Where it is.
        path: PathBuf,
        /// Which of them, from 1.
        number: usize,
        /// What is wrong.
        why: String,
    },
    /// The key is behind a passphrase.
    #[error(
        "tls.key_file: the key in {0} is encrypted, and nobody is there to give its passphrase; write it without one \
         (openssl pkey -in encrypted.pem -out key.pem), readable by the server's user alone"
    )]
    EncryptedKey(PathBuf),
    /// The key is of a kind that TLS cannot use.
    #[error(
        "tls.key_file: the key in {path} cannot be used: {why}; it must be RSA of 2048 bits or more, ECDSA on P-256, \
         P-384 or P-521, or Ed25519, as PKCS#8, SEC1 or PKCS#1"
    )]
    UnusableKey {
        /// Where it is.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The key belongs to another certificate.
    #[error(
        "tls.key_file: the key in {key} is not that of the first certificate in {certificate}; give the key that the \
         certificate was made for, and the server's own certificate before those that vouch for it"
    )]
    Mismatch {
        /// Where the key is.
        key: PathBuf,
        /// Where the certificate is.
        certificate: PathBuf,
    },
    /// The certificate has run out.
    #[error("tls.certificate_file: the certificate in {path} expired at {not_after}; renew it")]
    Expired {
        /// Where it is.
        path: PathBuf,
        /// When it ran out.
        not_after: Timestamp,
    },
    /// The certificate is of the future.
    #[error(
        "tls.certificate_file: the certificate in {path} is not valid before {not_before}; \
         wait until then, or set this machine's clock right"
    )]
    NotYetValid {
        /// Where it is.
        path: PathBuf,
        /// When it begins.
        not_before: Timestamp,
    },
    /// TLS cannot be spoken with it.
    #[error("tls.certificate_file: TLS cannot be set up: {0}; use another certificate and key")]
    Unusable(rustls::Error),
}

impl Which {
    /// The setting that names the file.
    #[must_use]
    pub const fn setting(self) -> &'static str {
        match self {
            Self::Certificate => "tls.certificate_file",
            Self::Key => "tls.key_file",
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Key => "private key",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Certificate => "CERTIFICATE",
            Self::Key => "PRIVATE KEY",
        }
    }
}

impl CertificateProblem {
    /// The file that must be looked at.
    #[must_use]
    pub const fn which(&self) -> Which {
        match self {
            Self::Unreadable { which, .. }
            | Self::TooLong { which, .. }
            | Self::NotPem { which, .. }
            | Self::Nothing { which, .. } => *which,
            Self::EncryptedKey(_) | Self::UnusableKey { .. } | Self::Mismatch { .. } => Which::Key,
            Self::BadCertificate { .. }
            | Self::Expired { .. }
            | Self::NotYetValid { .. }
            | Self::Unusable(_) => Which::Certificate,
        }
    }
}
