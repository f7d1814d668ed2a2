//! What is done with a request that was answered: it is counted, noted in the log, and shown in its trace.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use domain::Timestamp;
use http::{Method, StatusCode};
use service::request::{Request, Step, TraceId};
use tracing::Level;

use super::Observer;
use super::trace_parent::TraceParent;

/// Takes requests that are to be shown in a trace.
pub trait Spans: Debug + Send + Sync {
    /// Whether a trace that begins here is to be kept.
    fn wants(&self, trace: TraceId) -> bool;

    /// A request was answered. Must not wait.
    fn take(&self, request: FinishedRequest);
}

/// A request that was answered and is to be shown in its trace.
#[derive(Clone, Debug)]
pub struct FinishedRequest {
    /// The trace that it belongs to.
    pub trace: TraceId,
    /// The caller's span; none where the trace begins here.
    pub parent: Option<[u8; 8]>,
    /// The method; `_OTHER` for one that HTTP does not define.
    pub method: &'static str,
    /// The path of the operation with its parameters in braces; none where there is no operation.
    pub route: Option<&'static str>,
    /// The status of the answer.
    pub status: u16,
    /// The moment at which it began.
    pub began_at: Timestamp,
    /// The same for measuring from.
    pub began: Instant,
    /// From its head to the head of its answer.
    pub took: Duration,
    /// What was done for it.
    pub steps: Vec<Step>,
}

/// How a request ended.
pub(super) struct Ending {
    pub(super) method: Method,
    pub(super) status: StatusCode,
    pub(super) took: Duration,
    pub(super) began: Instant,
    pub(super) began_at: Timestamp,
    pub(super) parent: Option<TraceParent>,
}

impl Ending {
    pub(super) fn observe(self, observer: &Observer, mut request: Request) {
        let counted = observer.metrics.of(request.operation());
        counted.answered(self.status);
        counted.nanos.record_nanos(self.took);
        let route = request.operation().map(|_| counted.route());
        if request.is_traced()
            && let (Some(spans), Some(trace)) = (&observer.spans, request.trace)
        {
            spans.take(FinishedRequest {
                trace,
                parent: self.parent.map(|parent| parent.span),
                method: known(&self.method),
                route,
                status: self.status.as_u16(),
                began_at: self.began_at,
                began: self.began,
                took: self.took,
                steps: request.take_steps(),
            });
        }
        if tracing::enabled!(target: "access", Level::DEBUG) {
            request.around(|| self.note(route));
        }
    }

    /// The record of the request in the log: nothing that the caller chose but its id.
    fn note(&self, route: Option<&'static str>) {
        tracing::debug!(
            target: "access",
            method = known(&self.method),
            route = route.unwrap_or("unmatched"),
            status = self.status.as_u16(),
            duration_ms = in_millis(self.took),
            "answered"
        );
    }
}

/// Milliseconds, to the microsecond.
#[expect(
    clippy::cast_precision_loss,
    reason = "microseconds of a request are few"
)]
fn in_millis(took: Duration) -> f64 {
    took.as_micros() as f64 / 1_000.0
}

/// The method, unless the caller made it up.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "_OTHER",
    }
}
