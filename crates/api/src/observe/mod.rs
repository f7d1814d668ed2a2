//! Observing requests: their ids, what is counted of them, their records in the log, and their traces.
//!
//! This stands around everything else, so that every answer has an id and is counted, whoever made it. For a usual
//! request it costs two looks at a clock, a few atomic additions and the text of one header; nothing is formatted for
//! the log unless it is wanted there.

mod finished;
mod metrics;
mod request_id;
mod trace_parent;

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use domain::{Clock, Entropy, Timestamp};
use http::{HeaderMap, HeaderValue, Method, Response};
use service::request::{Request, RequestId, TraceId};

pub use finished::{FinishedRequest, Spans};
pub use metrics::{OperationMetrics, RequestMetrics};
pub use request_id::REQUEST_ID;

use request_id::RequestIds;
use trace_parent::TraceParent;

use crate::operation::Operation;

/// Observes the requests of a listener.
#[derive(Debug)]
pub struct Observer {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    metrics: RequestMetrics,
    spans: Option<Arc<dyn Spans>>,
}

/// Observes the requests of one connection.
#[derive(Debug)]
pub struct ConnectionObserver {
    observer: Arc<Observer>,
    ids: RequestIds,
}

/// A request that has begun, before it is known what it asks for.
#[derive(Debug)]
pub struct BegunRequest {
    under_way: UnderWay,
    request: Request,
    id: HeaderValue,
    method: Method,
    began: Instant,
    began_at: Timestamp,
    parent: Option<TraceParent>,
}

/// Counts a request as under way until it is dropped, and as abandoned unless it was finished.
#[derive(Debug)]
struct UnderWay {
    observer: Arc<Observer>,
    is_finished: bool,
}

impl Observer {
    /// Observes with this clock and this randomness, for these operations; requests are traced where there is a place
    /// for their spans.
    pub fn new(
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        operations: &[&'static Operation],
        spans: Option<Arc<dyn Spans>>,
    ) -> Self {
        Self {
            clock,
            entropy,
            metrics: RequestMetrics::new(operations),
            spans,
        }
    }

    /// What was counted so far.
    #[must_use]
    pub fn metrics(&self) -> &RequestMetrics {
        &self.metrics
    }

    /// Begins to observe a connection.
    #[must_use]
    pub fn connection(self: &Arc<Self>) -> ConnectionObserver {
        ConnectionObserver {
            observer: Arc::clone(self),
            ids: RequestIds::new(self.entropy.as_ref()),
        }
    }

    /// The trace that a request belongs to: its caller's, or a new one where traces are kept. And whether to keep it.
    fn trace(&self, parent: Option<TraceParent>) -> (Option<TraceId>, bool) {
        match (parent, &self.spans) {
            (Some(parent), spans) => (Some(parent.trace), parent.is_sampled && spans.is_some()),
            (None, None) => (None, false),
            (None, Some(spans)) => {
                let mut id = [0; 16];
                self.entropy.fill(&mut id);
                let trace = TraceId(id);
                (Some(trace), spans.wants(trace))
            }
        }
    }
}

impl ConnectionObserver {
    /// A request has come. What it is called is taken from its headers or made.
    #[must_use]
    pub fn begin(&self, method: &Method, headers: &HeaderMap) -> BegunRequest {
        let began_at = self.observer.clock.now();
        let (request_id, id) = self.ids.of(headers, began_at);
        let parent = TraceParent::of(headers);
        let (trace, is_traced) = self.observer.trace(parent);
        self.observer.metrics.under_way.raise();
        BegunRequest {
            under_way: UnderWay {
                observer: Arc::clone(&self.observer),
                is_finished: false,
            },
            request: Request::new(request_id, trace, is_traced),
            id,
            method: method.clone(),
            began: Instant::now(),
            began_at,
            parent,
        }
    }

    /// The id for the answer to a head that could not be read, which is counted here.
    #[must_use]
    pub fn refused_head(&self) -> RequestId {
        self.observer.metrics.heads_refused.add(1);
        self.ids.make(self.observer.clock.now())
    }
}

impl BegunRequest {
    /// Answers the request, and observes how.
    pub async fn answer<B, E>(
        mut self,
        answering: impl Future<Output = Result<Response<B>, E>>,
    ) -> Result<Response<B>, E> {
        let (answered, request) = self.request.during(answering).await;
        let mut response = answered?;
        response.headers_mut().insert(REQUEST_ID, self.id);
        self.under_way.is_finished = true;
        if let Some(request) = request {
            let finished = finished::Ending {
                method: self.method,
                status: response.status(),
                took: self.began.elapsed(),
                began: self.began,
                began_at: self.began_at,
                parent: self.parent,
            };
            finished.observe(&self.under_way.observer, request);
        }
        Ok(response)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let metrics = &self.observer.metrics;
        metrics.under_way.lower();
        if !self.is_finished {
            metrics.abandoned.add(1);
        }
    }
}
