//! A certificate with its key, read from two files and checked.

use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use rustls::InconsistentKeys;
use rustls::client::verify_server_name;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use x509_cert::der::Decode;
use zeroize::Zeroizing;

use super::problem::{CertificateProblem, Which};

/// Bytes of a file, at most.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// How long before its end a certificate should have been renewed.
const RENEWAL_TIME: Duration = Duration::from_secs(14 * 86_400);

/// Where the certificate and its key are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The server's own certificate, then those that vouch for it, in PEM.
    pub certificate: PathBuf,
    /// The private key, in PEM.
    pub key: PathBuf,
}

/// What the two files hold, as text that is not checked yet.
pub(super) struct Contents {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

/// A certificate that can be served.
#[derive(Debug)]
pub struct Certificate {
    pub(super) certified: CertifiedKey,
    /// From when on it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
}

impl CertificateFiles {
    pub(super) fn read(&self) -> Result<Contents, CertificateProblem> {
        Ok(Contents {
            certificate: read(Which::Certificate, &self.certificate)?,
            key: Zeroizing::new(read(Which::Key, &self.key)?),
        })
    }

    /// Reads and checks both files, without regard to the time.
    ///
    /// # Errors
    /// One cannot be read, is not what it should be, or they do not belong together.
    pub fn load(&self) -> Result<Certificate, CertificateProblem> {
        self.check(&self.read()?)
    }

    pub(super) fn check(&self, contents: &Contents) -> Result<Certificate, CertificateProblem> {
        let chain = self.chain(&contents.certificate)?;
        let first = chain.first().ok_or_else(|| CertificateProblem::Nothing {
            which: Which::Certificate,
            path: self.certificate.clone(),
        })?;
        let (not_before, not_after) = self.validity(1, first)?;
        for (number, further) in chain.iter().enumerate().skip(1) {
            self.validity(number + 1, further)?;
        }
        let key = self.key(&contents.key)?;
        let unusable = |error: rustls::Error| CertificateProblem::UnusableKey {
            path: self.key.clone(),
            why: error.to_string(),
        };
        let key = any_supported_type(&key).map_err(unusable)?;
        let certified = CertifiedKey::new(chain, key);
        match certified.keys_match() {
            Ok(()) => Ok(Certificate {
                certified,
                not_before,
                not_after,
            }),
            Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
                Err(CertificateProblem::Mismatch {
                    key: self.key.clone(),
                    certificate: self.certificate.clone(),
                })
            }
            Err(error) => Err(CertificateProblem::Unusable(error)),
        }
    }

    fn chain(&self, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertificateProblem> {
        let chain: Result<Vec<_>, PemError> = CertificateDer::pem_slice_iter(pem).collect();
        chain.map_err(|error| CertificateProblem::NotPem {
            which: Which::Certificate,
            path: self.certificate.clone(),
            why: error.to_string(),
        })
    }

    fn key(&self, pem: &[u8]) -> Result<PrivateKeyDer<'static>, CertificateProblem> {
        let path = self.key.clone();
        if is_encrypted(pem) {
            return Err(CertificateProblem::EncryptedKey(path));
        }
        let which = Which::Key;
        PrivateKeyDer::from_pem_slice(pem).map_err(|error| match error {
            PemError::NoItemsFound => CertificateProblem::Nothing { which, path },
            error => CertificateProblem::NotPem {
                which,
                path,
                why: error.to_string(),
            },
        })
    }

    /// From when until when a certificate is valid.
    fn validity(
        &self,
        number: usize,
        certificate: &CertificateDer<'_>,
    ) -> Result<(Timestamp, Timestamp), CertificateProblem> {
        let parsed = x509_cert::Certificate::from_der(certificate);
        let parsed = parsed.map_err(|error| CertificateProblem::BadCertificate {
            path: self.certificate.clone(),
            number,
            why: error.to_string(),
        })?;
        let validity = parsed.tbs_certificate().validity();
        let moment = |time: x509_cert::time::Time| {
            let millis = time.to_unix_duration().as_millis();
            Timestamp::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
        };
        Ok((moment(validity.not_before), moment(validity.not_after)))
    }
}

impl Contents {
    /// Tells these contents from others.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.certificate.hash(&mut hasher);
        self.key.hash(&mut hasher);
        hasher.finish()
    }
}

impl Certificate {
    /// Refuses a certificate that is not valid at a moment.
    ///
    /// # Errors
    /// It has run out, or has not begun.
    pub fn valid_at(
        self,
        now: Timestamp,
        files: &CertificateFiles,
    ) -> Result<Self, CertificateProblem> {
        let path = files.certificate.clone();
        if self.not_after < now {
            let not_after = self.not_after;
            return Err(CertificateProblem::Expired { path, not_after });
        }
        if now < self.not_before {
            let not_before = self.not_before;
            return Err(CertificateProblem::NotYetValid { path, not_before });
        }
        Ok(self)
    }

    /// Whether it should have been renewed by now.
    #[must_use]
    pub fn ends_soon(&self, now: Timestamp) -> bool {
        self.not_after.minus(RENEWAL_TIME) < now
    }

    /// Whether callers who reach the server under this name or address take the certificate for its own.
    #[must_use]
    pub fn covers(&self, host: &str) -> bool {
        let parsed = self.certified.end_entity_cert();
        let parsed = parsed.and_then(ParsedCertificate::try_from);
        let name = ServerName::try_from(host);
        let (Ok(parsed), Ok(name)) = (parsed, name) else {
            return false;
        };
        verify_server_name(&parsed, &name).is_ok()
    }

    pub(super) fn into_key(self) -> Arc<CertifiedKey> {
        Arc::new(self.certified)
    }
}

fn is_encrypted(pem: &[u8]) -> bool {
    let labels: [&[u8]; 2] = [b"BEGIN ENCRYPTED PRIVATE KEY", b"Proc-Type: 4,ENCRYPTED"];
    let holds = |label: &[u8]| pem.windows(label.len()).any(|window| window == label);
    labels.into_iter().any(holds)
}

fn read(which: Which, path: &Path) -> Result<Vec<u8>, CertificateProblem> {
    let unreadable = |source| CertificateProblem::Unreadable {
        which,
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    let read = file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes);
    let read = read.map_err(unreadable)?;
    if u64::try_from(read).unwrap_or(u64::MAX) > FILE_BYTES_MAX {
        return Err(CertificateProblem::TooLong {
            which,
            path: path.to_owned(),
            max: FILE_BYTES_MAX,
        });
    }
    Ok(bytes)
}
