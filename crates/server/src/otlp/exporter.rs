//! The queue before the collector, and the task that empties it.

use std::sync::Arc;
use std::time::Duration;

use api::observe::{FinishedRequest, Spans};
use domain::Entropy;
use http::header::CONTENT_TYPE;
use service::metrics::Counter;
use service::request::TraceId;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::body::document;

/// Requests that may wait to be sent.
const QUEUE_MAX: usize = 4_096;
/// Requests in one document, at most.
const BATCH_MAX: usize = 512;
/// How long the first of a batch waits for others.
const GATHER_FOR: Duration = Duration::from_secs(1);
/// How long the collector may take.
const ANSWER_TIME_MAX: Duration = Duration::from_secs(10);
/// How long sending the rest may take when the process stops.
const STOP_TIME_MAX: Duration = Duration::from_secs(3);

/// What is counted of traced requests.
#[derive(Debug, Default)]
pub struct SpanMetrics {
    /// Requests whose spans the collector took.
    pub exported: Counter,
    /// Requests whose spans were dropped.
    pub dropped: Counter,
}

/// Where requests go that are to be shown in a trace.
#[derive(Debug)]
pub struct SpanQueue {
    sender: Sender<FinishedRequest>,
    metrics: Arc<SpanMetrics>,
    /// Of traces that begin here, those are kept whose last eight bytes are below it; all where there is none.
    below: Option<u64>,
}

/// The task that sends what is in the queue.
#[derive(Debug)]
pub struct Exporter {
    queue: Arc<SpanQueue>,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

struct Sending {
    url: String,
    http: reqwest::Client,
    entropy: Arc<dyn Entropy>,
    metrics: Arc<SpanMetrics>,
    is_failing: bool,
}

impl Exporter {
    /// Sends to `{endpoint}/v1/traces`. Of the traces that begin here, this part from 0 to 1 is kept. To be called inside
    /// a Tokio runtime.
    ///
    /// # Errors
    /// An HTTP client cannot be made.
    pub fn start(
        endpoint: &str,
        kept: f64,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, reqwest::Error> {
        let metrics = Arc::new(SpanMetrics::default());
        let (sender, receiver) = channel(QUEUE_MAX);
        let sending = Sending {
            url: format!("{}/v1/traces", endpoint.trim_end_matches('/')),
            http: reqwest::Client::builder()
                .no_proxy()
                .timeout(ANSWER_TIME_MAX)
                .build()?,
            entropy,
            metrics: Arc::clone(&metrics),
            is_failing: false,
        };
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(sending.run(receiver, stopped));
        let queue = Arc::new(SpanQueue {
            sender,
            metrics,
            below: below(kept),
        });
        Ok(Self { queue, stop, ended })
    }

    /// Where requests are to be put.
    #[must_use]
    pub fn queue(&self) -> Arc<SpanQueue> {
        Arc::clone(&self.queue)
    }

    /// What was counted so far.
    #[must_use]
    pub fn metrics(&self) -> Arc<SpanMetrics> {
        Arc::clone(&self.queue.metrics)
    }

    /// Sends what is still in the queue, as far as that goes quickly.
    pub async fn stop(self) {
        drop(self.stop);
        let task = self.ended.abort_handle();
        if tokio::time::timeout(STOP_TIME_MAX, self.ended)
            .await
            .is_err()
        {
            task.abort();
            tracing::warn!("traces were still being sent at the end of the time for stopping");
        }
    }
}

impl Spans for SpanQueue {
    fn wants(&self, trace: TraceId) -> bool {
        let [.., a, b, c, d, e, f, g, h] = trace.0;
        let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
        self.below.is_none_or(|below| number < below)
    }

    fn take(&self, request: FinishedRequest) {
        if self.sender.try_send(request).is_err() {
            self.metrics.dropped.add(1);
        }
    }
}

impl Sending {
    async fn run(mut self, mut queue: Receiver<FinishedRequest>, stop: oneshot::Receiver<()>) {
        tokio::pin!(stop);
        let mut batch = Vec::with_capacity(BATCH_MAX);
        let mut is_stopping = false;
        loop {
            tokio::select! {
                _ = &mut stop, if !is_stopping => {
                    is_stopping = true;
                    queue.close();
                    continue;
                }
                received = queue.recv_many(&mut batch, BATCH_MAX) => if received == 0 { break },
            }
            if !is_stopping && batch.len() < BATCH_MAX {
                tokio::select! {
                    _ = &mut stop => {
                        is_stopping = true;
                        queue.close();
                    }
                    () = tokio::time::sleep(GATHER_FOR) => {}
                }
            }
            while batch.len() < BATCH_MAX
                && let Ok(next) = queue.try_recv()
            {
                batch.push(next);
            }
            self.send(&batch).await;
            batch.clear();
        }
    }

    async fn send(&mut self, batch: &[FinishedRequest]) {
        let body = document(batch, self.entropy.as_ref());
        let request = self.http.post(&self.url).body(body);
        let sent = request
            .header(CONTENT_TYPE, "application/json")
            .send()
            .await;
        let sent = sent.and_then(reqwest::Response::error_for_status);
        let count = u64::try_from(batch.len()).unwrap_or(u64::MAX);
        match sent {
            Ok(_) => {
                self.metrics.exported.add(count);
                if std::mem::take(&mut self.is_failing) {
                    tracing::info!("the collector takes traces again");
                }
            }
            Err(error) => {
                self.metrics.dropped.add(count);
                if !std::mem::replace(&mut self.is_failing, true) {
                    let error = error.without_url();
                    tracing::warn!(%error, "the collector does not take traces; they are dropped until it does");
                }
            }
        }
    }
}

/// The number below which that part of all numbers lies; none where it is all of them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "the part is from 0 to 1, and rounding does no harm"
)]
fn below(part: f64) -> Option<u64> {
    (part < 1.0).then_some((part * u64::MAX as f64) as u64)
}
