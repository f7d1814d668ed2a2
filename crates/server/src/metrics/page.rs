//! What is shown, family by family. Each is explained in `docs/operations/monitoring.md`.

use std::fmt::Result;
use std::path::PathBuf;
use std::sync::Arc;

use api::observe::Observer;
use domain::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use service::Service;

use super::families::{Families, Scale};
use super::process;
use crate::http::ConnectionMetrics;
use crate::otlp::SpanMetrics;

/// Where the numbers are.
#[derive(Debug)]
pub struct Sources {
    /// The use cases, and through them the database.
    pub service: Arc<Service>,
    /// Requests.
    pub observer: Arc<Observer>,
    /// Connections of the API's listener.
    pub connections: Arc<ConnectionMetrics>,
    /// Traces, where they are exported.
    pub spans: Option<Arc<SpanMetrics>>,
    /// The file of the database, where it is one.
    pub database: Option<PathBuf>,
    /// When the process began to serve.
    pub started_at: Timestamp,
}

impl Collector for Sources {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result {
        let mut to = Families(encoder);
        self.requests(&mut to)?;
        self.connections(&mut to)?;
        self.tls(&mut to)?;
        self.lanes(&mut to)?;
        self.access(&mut to)?;
        self.database(&mut to)?;
        self.traces(&mut to)?;
        self.process(&mut to)
    }
}

impl Sources {
    fn requests(&self, to: &mut Families<'_>) -> Result {
        let metrics = self.observer.metrics();
        let mut statuses = Vec::new();
        let mut times = Vec::new();
        for each in metrics.operations() {
            let of_one: Vec<_> = each
                .statuses()
                .map(|(status, count)| {
                    let status = status.map_or("other".to_owned(), |status| status.to_string());
                    (each, status, count)
                })
                .collect();
            if !of_one.is_empty() {
                times.push((labels(each), &each.nanos));
            }
            statuses.extend(of_one);
        }
        to.counters(
            "kobling_http_requests",
            "Requests answered, by operation and status.",
            statuses.iter().map(|(each, status, count)| {
                let mut labels = labels(each);
                labels.push(("status", status));
                (labels, *count)
            }),
        )?;
        to.histograms(
            "kobling_http_request_duration_seconds",
            "From the head of a request to the head of its answer, by operation.",
            Scale::Nanos,
            times,
        )?;
        to.gauge(
            "kobling_http_requests_in_flight",
            "Requests that are being worked on.",
            metrics.under_way.get(),
        )?;
        to.counter(
            "kobling_http_requests_abandoned",
            "Requests whose caller went away before they were answered.",
            metrics.abandoned.get(),
        )?;
        to.counter(
            "kobling_http_heads_refused",
            "Heads of requests that are not HTTP.",
            metrics.heads_refused.get(),
        )
    }

    fn connections(&self, to: &mut Families<'_>) -> Result {
        let connections = &self.connections;
        to.gauge(
            "kobling_http_connections_open",
            "Connections of the API's listener that are open.",
            connections.open.get(),
        )?;
        to.counter(
            "kobling_http_connections_accepted",
            "Connections that were accepted and served.",
            connections.accepted.get(),
        )?;
        let refused = [
            ("address_limit", connections.refused.get()),
            ("not_accepted", connections.not_accepted.get()),
        ];
        to.counters(
            "kobling_http_connections_refused",
            "Connections that were not served: too many of one address, or not accepted by the system.",
            refused.map(|(reason, count)| (vec![("reason", reason)], count)),
        )
    }

    fn tls(&self, to: &mut Families<'_>) -> Result {
        let tls = self.connections.tls.as_deref();
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact")]
        let not_after = tls.map(|tls| tls.not_after().seconds() as f64);
        to.gauge_if_known(
            "kobling_tls_certificate_not_after_seconds",
            "Until when the certificate that is served is valid, in seconds since 1970.",
            not_after,
        )?;
        let reloads = tls.into_iter().flat_map(|tls| {
            [
                ("taken", tls.certificates_taken.get()),
                ("refused", tls.certificates_refused.get()),
            ]
        });
        to.counters(
            "kobling_tls_certificate_reloads",
            "Times that the certificate's files were read again: taken, or refused because they cannot be used.",
            reloads.map(|(outcome, count)| (vec![("outcome", outcome)], count)),
        )?;
        let handshakes = tls.into_iter().flat_map(|tls| {
            [
                ("done", tls.handshakes_done.get()),
                ("failed", tls.handshakes_failed.get()),
                ("slow", tls.handshakes_slow.get()),
                ("not_tls", tls.not_tls.get()),
            ]
        });
        to.counters(
            "kobling_tls_handshakes",
            "How connections began: TLS, a handshake that failed or took too long, or no TLS at all.",
            handshakes.map(|(outcome, count)| (vec![("outcome", outcome)], count)),
        )
    }

    fn lanes(&self, to: &mut Families<'_>) -> Result {
        let metrics = self.service.metrics();
        let (waiting, max) = self.service.queue();
        to.counter(
            "kobling_changes_accepted",
            "Changes taken into a queue of the write path.",
            metrics.changes_accepted.get(),
        )?;
        to.counter(
            "kobling_changes_refused",
            "Changes refused with 503 because the queue was full.",
            metrics.changes_refused.get(),
        )?;
        let count = |number| u64::try_from(number).unwrap_or(u64::MAX);
        to.gauge(
            "kobling_queue_changes",
            "Changes that wait to be written.",
            count(waiting),
        )?;
        to.gauge(
            "kobling_queue_changes_max",
            "Changes that may wait; more are refused.",
            count(max),
        )?;
        to.histogram(
            "kobling_batch_changes",
            "Changes written in one transaction.",
            Scale::One,
            &metrics.batch_changes,
        )?;
        to.histogram(
            "kobling_batch_commit_duration_seconds",
            "From taking a batch to its being on disk.",
            Scale::Nanos,
            &metrics.batch_nanos,
        )?;
        let failed = [
            ("not_written", metrics.batches_not_written.get()),
            ("unknown", metrics.batches_unknown.get()),
        ];
        to.counters(
            "kobling_batches_failed",
            "Batches that failed: nothing of them was written, or it is not known.",
            failed.map(|(outcome, count)| (vec![("outcome", outcome)], count)),
        )
    }

    fn access(&self, to: &mut Families<'_>) -> Result {
        let metrics = self.service.metrics();
        let outcomes = [
            ("remembered", metrics.tokens_known.get()),
            ("verified", metrics.tokens_verified.get()),
            ("invalid", metrics.tokens_invalid.get()),
            ("revoked", metrics.tokens_revoked.get()),
            ("failed", metrics.tokens_failed.get()),
        ];
        to.counters(
            "kobling_authentications",
            "Looks at access tokens: found among those remembered, signature verified, or refused and why.",
            outcomes.map(|(outcome, count)| (vec![("outcome", outcome)], count)),
        )?;
        to.counter(
            "kobling_tokens_issued",
            "Access tokens given to clients.",
            metrics.tokens_issued.get(),
        )?;
        let remembered = self.service.tokens_remembered();
        to.gauge(
            "kobling_tokens_remembered",
            "Verified tokens that are remembered.",
            u64::try_from(remembered).unwrap_or(u64::MAX),
        )
    }

    fn traces(&self, to: &mut Families<'_>) -> Result {
        let (exported, dropped) = self
            .spans
            .as_ref()
            .map_or((0, 0), |spans| (spans.exported.get(), spans.dropped.get()));
        let outcomes = [("exported", exported), ("dropped", dropped)];
        to.counters(
            "kobling_traced_requests",
            "Requests whose spans were sent to the collector, or dropped because it took too few or none.",
            outcomes.map(|(outcome, count)| (vec![("outcome", outcome)], count)),
        )
    }

    fn process(&self, to: &mut Families<'_>) -> Result {
        let version = vec![("version", api::VERSION)];
        to.info("kobling_build", "The version of this build.", &version)?;
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds since 1970 are exact"
        )]
        let started = self.started_at.millis() as f64 / 1_000.0;
        to.real_gauge(
            "process_start_time_seconds",
            "When the process began to serve, in seconds since 1970.",
            started,
        )?;
        let Some(own) = process::own() else {
            return Ok(());
        };
        to.gauge(
            "process_resident_memory_bytes",
            "Memory that the process holds.",
            own.resident_bytes,
        )?;
        to.gauge(
            "process_open_fds",
            "File descriptors that the process has open.",
            own.open_fds,
        )?;
        to.gauge(
            "process_max_fds",
            "File descriptors that the process may have open.",
            own.max_fds,
        )
    }
}

fn labels(each: &api::observe::OperationMetrics) -> super::families::Labels<'static> {
    vec![("method", each.method()), ("route", each.route())]
}
