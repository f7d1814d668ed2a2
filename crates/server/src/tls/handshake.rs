//! Handshakes: with the present certificate, within a time, and never a hang for who speaks no TLS.

use std::io::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};
use service::metrics::Counter;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::certificate::Certificate;
use super::problem::CertificateProblem;

/// With which a record of a handshake begins (RFC 8446, section 5.1).
const HANDSHAKE: u8 = 22;

/// Bytes that are read of a caller who speaks no TLS, so that the answer reaches it before the connection ends.
const PLAIN_BYTES_MAX: usize = 64 * 1024;

const PLAIN_BODY: &str = "this port speaks TLS: use https:// in place of http://\n";

/// Limits on handshakes.
#[derive(Clone, Copy, Debug)]
pub struct TlsLimits {
    /// How long a handshake may take.
    pub handshake_time_max: Duration,
}

/// TLS with the present certificate.
#[derive(Debug)]
pub struct Tls {
    limits: TlsLimits,
    present: RwLock<Arc<ServerConfig>>,
    metrics: Arc<TlsMetrics>,
}

/// What is counted of TLS.
#[derive(Debug, Default)]
pub struct TlsMetrics {
    /// Until when the present certificate is valid, in milliseconds since 1970.
    not_after: AtomicU64,
    /// New certificates that were taken while the server ran.
    pub certificates_taken: Counter,
    /// New files that could not be used; the certificate before them goes on.
    pub certificates_refused: Counter,
    /// Handshakes that went well.
    pub handshakes_done: Counter,
    /// Handshakes that the two sides could not agree on, or that the caller broke off.
    pub handshakes_failed: Counter,
    /// Handshakes that took too long.
    pub handshakes_slow: Counter,
    /// Connections on which something else than TLS was spoken.
    pub not_tls: Counter,
}

/// How a handshake ended that did not go well.
enum Ended {
    NotTls,
    Failed(Error),
}

impl Tls {
    /// Serves this certificate.
    ///
    /// # Errors
    /// It cannot be used.
    pub fn serving(
        certificate: Certificate,
        limits: TlsLimits,
    ) -> Result<Self, CertificateProblem> {
        let metrics = Arc::new(TlsMetrics::default());
        metrics.set_not_after(certificate.not_after);
        Ok(Self {
            limits,
            present: RwLock::new(configured(certificate.into_key())?),
            metrics,
        })
    }

    /// What is counted.
    #[must_use]
    pub fn metrics(&self) -> Arc<TlsMetrics> {
        Arc::clone(&self.metrics)
    }

    /// Serves another certificate from the next connection on. Sessions that were begun with the one before are not
    /// resumed, so that every new connection sees this one.
    ///
    /// # Errors
    /// It cannot be used, and the one before goes on.
    pub fn replace(&self, certificate: Certificate) -> Result<(), CertificateProblem> {
        let not_after = certificate.not_after;
        let config = configured(certificate.into_key())?;
        *self.present.write().unwrap_or_else(PoisonError::into_inner) = config;
        self.metrics.set_not_after(not_after);
        Ok(())
    }

    /// The connection after its handshake, or none where that did not go well.
    pub(crate) async fn accept(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        let shaking = self.shake_hands(stream);
        match tokio::time::timeout(self.limits.handshake_time_max, shaking).await {
            Ok(Ok(stream)) => {
                self.metrics.handshakes_done.add(1);
                return Some(stream);
            }
            Ok(Err(Ended::NotTls)) => {
                self.metrics.not_tls.add(1);
                tracing::debug!("a connection began without TLS");
            }
            Ok(Err(Ended::Failed(error))) => {
                self.metrics.handshakes_failed.add(1);
                tracing::debug!(%error, "a TLS handshake failed");
            }
            Err(_) => {
                self.metrics.handshakes_slow.add(1);
                tracing::debug!("a TLS handshake took too long");
            }
        }
        None
    }

    async fn shake_hands(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>, Ended> {
        let mut first = [0];
        let read = stream.peek(&mut first).await.map_err(Ended::Failed)?;
        if read == 1 && first != [HANDSHAKE] {
            refuse_plain(stream, first[0].is_ascii_uppercase()).await;
            return Err(Ended::NotTls);
        }
        let accepted = TlsAcceptor::from(self.present()).accept(stream).await;
        accepted.map_err(Ended::Failed)
    }
}

impl Tls {
    fn present(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.present.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl TlsMetrics {
    /// Until when the present certificate is valid.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        Timestamp::from_millis(self.not_after.load(Ordering::Relaxed))
    }

    fn set_not_after(&self, moment: Timestamp) {
        self.not_after.store(moment.millis(), Ordering::Relaxed);
    }
}

fn configured(key: Arc<CertifiedKey>) -> Result<Arc<ServerConfig>, CertificateProblem> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(provider);
    let builder = builder.with_protocol_versions(&[&TLS13, &TLS12]);
    let builder = builder.map_err(CertificateProblem::Unusable)?;
    let resolver = Arc::new(SingleCertAndKey::from(key));
    let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Says in plain text that TLS is wanted, where what came looks like HTTP; then ends the connection.
async fn refuse_plain(mut stream: TcpStream, is_like_http: bool) {
    if is_like_http {
        let answer = format!(
            "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\
             connection: close\r\n\r\n{PLAIN_BODY}",
            PLAIN_BODY.len()
        );
        drop(stream.write_all(answer.as_bytes()).await);
    }
    // With something left to read, the end of the connection would overtake the answer.
    drop(stream.shutdown().await);
    let (mut waste, mut left) = ([0; 1024], PLAIN_BYTES_MAX);
    while let Ok(read @ 1..) = stream.read(&mut waste).await {
        left = left.saturating_sub(read);
        if left == 0 {
            break;
        }
    }
}
