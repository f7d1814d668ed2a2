//! Looking at the files again: every so often, and when the process is told to (SIGHUP).
//!
//! What the files hold is compared, not their times: a link that is pointed elsewhere and a file that is written over
//! are seen alike.

use std::sync::Arc;
use std::time::Duration;

use domain::Clock;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::certificate::{Certificate, CertificateFiles, Contents};
use super::handshake::{Tls, TlsLimits};
use super::problem::CertificateProblem;

/// What the files held when they were last looked at: contents, or the reason why they could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Contents(u64),
    Unreadable(String),
}

/// Looks at the files and takes what they hold.
#[derive(Debug)]
struct Reload {
    tls: Arc<Tls>,
    files: CertificateFiles,
    clock: Arc<dyn Clock>,
    seen: Option<Seen>,
}

/// Reads the certificate, serves it, and gives what has to run for files that change to be noticed. From then on SIGHUP
/// does not end the process. To be called inside a Tokio runtime.
///
/// # Errors
/// The certificate cannot be served, or the system gives no signals.
pub fn watch(
    files: CertificateFiles,
    every: Duration,
    limits: TlsLimits,
    clock: Arc<dyn Clock>,
) -> Result<(Arc<Tls>, impl Future<Output = ()> + Send), WatchError> {
    let contents = files.read()?;
    let certificate = files.check(&contents)?.valid_at(clock.now(), &files)?;
    tell_end(&certificate, clock.as_ref());
    let tls = Arc::new(Tls::serving(certificate, limits)?);
    let mut hangup = signal(SignalKind::hangup())?;
    let mut reload = Reload {
        tls: Arc::clone(&tls),
        files,
        clock,
        seen: Some(Seen::Contents(contents.fingerprint())),
    };
    let watching = async move {
        let mut ticks = interval_at(Instant::now() + every, every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let is_told = tokio::select! {
                _ = ticks.tick() => false,
                _ = hangup.recv() => true,
            };
            // Files may lie on a disk that does not answer.
            let looked = tokio::task::spawn_blocking(move || {
                reload.look(is_told);
                reload
            });
            match looked.await {
                Ok(same) => reload = same,
                Err(error) => {
                    tracing::error!(%error, "the certificate is not looked at any more");
                    return;
                }
            }
        }
    };
    Ok((tls, watching))
}

/// Why a certificate is not served and watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// It cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateProblem),
    /// The system gives no signals.
    #[error("the signal SIGHUP cannot be waited for: {0}")]
    Signal(#[from] std::io::Error),
}

impl Reload {
    /// Takes what the files hold, if it is new or somebody asks for it. What cannot be used is told once.
    fn look(&mut self, is_told: bool) {
        let read = self.files.read();
        let seen = match &read {
            Ok(contents) => Seen::Contents(contents.fingerprint()),
            Err(problem) => Seen::Unreadable(problem.to_string()),
        };
        if self.seen.as_ref() == Some(&seen) && !is_told {
            return;
        }
        self.seen = Some(seen);
        let metrics = self.tls.metrics();
        match read.and_then(|contents| self.take(&contents)) {
            Ok(()) => metrics.certificates_taken.add(1),
            Err(problem) => {
                metrics.certificates_refused.add(1);
                let not_after = metrics.not_after();
                tracing::error!(
                    %problem,
                    %not_after,
                    "the new certificate cannot be used; the one before goes on"
                );
            }
        }
    }

    fn take(&self, contents: &Contents) -> Result<(), CertificateProblem> {
        let certificate = self.files.check(contents)?;
        let certificate = certificate.valid_at(self.clock.now(), &self.files)?;
        let not_after = certificate.not_after;
        tell_end(&certificate, self.clock.as_ref());
        self.tls.replace(certificate)?;
        tracing::info!(%not_after, "the certificate was read again");
        Ok(())
    }
}

fn tell_end(certificate: &Certificate, clock: &dyn Clock) {
    let not_after = certificate.not_after;
    if certificate.ends_soon(clock.now()) {
        tracing::warn!(%not_after, "the certificate expires soon; renew it");
    }
}
