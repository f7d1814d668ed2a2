//! TLS to the server: rustls, with certificates that are always checked.
//!
//! The adapter between the two libraries is our own, since the published one brings a second set of parsers for
//! certificates; without it there is no channel binding.

use std::future::Future;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Socket;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream as Inner;

/// The protocol's name in the handshake, which servers from version 17 on can ask for.
const ALPN: &[u8] = b"postgresql";

/// The authorities cannot be read.
#[derive(Debug, Error)]
pub enum TlsError {
    /// The file of sslrootcert.
    #[error("sslrootcert: {path}: {why}; it must be a file of certificates in PEM")]
    Roots {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The system's.
    #[error(
        "the system has no certificate authorities ({0}); install ca-certificates, or name a file with sslrootcert"
    )]
    NoSystemRoots(String),
    /// The library refuses.
    #[error("TLS cannot be set up: {0}")]
    Setup(#[from] rustls::Error),
}

/// Makes connections inside TLS.
#[derive(Clone)]
pub(crate) struct MakeTls(Arc<ClientConfig>);

/// A handshake that is about to be made with a server of that name.
pub(crate) struct Handshake {
    config: Arc<ClientConfig>,
    server: ServerName<'static>,
}

/// A connection inside TLS.
pub(crate) struct TlsStream(Box<Inner<Socket>>);

impl MakeTls {
    /// Trusts the authorities in a file, or those of the system.
    pub(crate) fn new(roots: Option<&Path>) -> Result<Self, TlsError> {
        let roots = match roots {
            Some(path) => of_file(path)?,
            None => of_the_system()?,
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![ALPN.to_vec()];
        Ok(Self(Arc::new(config)))
    }
}

fn of_file(path: &Path) -> Result<RootCertStore, TlsError> {
    let wrong = |why: String| TlsError::Roots {
        path: path.to_owned(),
        why,
    };
    let mut roots = RootCertStore::empty();
    let certificates =
        CertificateDer::pem_file_iter(path).map_err(|error| wrong(error.to_string()))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| wrong(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(wrong("there is no certificate in it".to_owned()));
    }
    Ok(roots)
}

fn of_the_system() -> Result<RootCertStore, TlsError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        let why = found.errors.first().map(ToString::to_string);
        return Err(TlsError::NoSystemRoots(why.unwrap_or_default()));
    }
    Ok(roots)
}

impl MakeTlsConnect<Socket> for MakeTls {
    type Stream = TlsStream;
    type TlsConnect = Handshake;
    type Error = InvalidDnsNameError;

    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, InvalidDnsNameError> {
        Ok(Handshake {
            config: Arc::clone(&self.0),
            server: ServerName::try_from(host.to_owned())?,
        })
    }
}

impl TlsConnect<Socket> for Handshake {
    type Stream = TlsStream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<TlsStream>> + Send>>;

    fn connect(self, socket: Socket) -> Self::Future {
        Box::pin(async move {
            let connector = TlsConnector::from(self.config);
            let connected = connector.connect(self.server, socket).await;
            let stream = connected.map_err(explained)?;
            Ok(TlsStream(Box::new(stream)))
        })
    }
}

/// Says what to do where it is the certificate that is refused.
fn explained(error: io::Error) -> io::Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    let Some(rustls::Error::InvalidCertificate(why)) = inner else {
        return error;
    };
    let advice = match why {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "no authority that is trusted here has issued it; sslrootcert=FILE names one"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is one for another name than the host in the address; give the name that it is for"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "renew it, or set the clock of this machine"
        }
        _ => "look at the certificate of the server",
    };
    io::Error::new(error.kind(), format!("{why}: {advice}"))
}

impl tokio_postgres::tls::TlsStream for TlsStream {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for TlsStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for TlsStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
