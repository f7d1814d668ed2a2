//! One connection: HTTP/1.1 or HTTP/2, in plain text or inside TLS.
//!
//! Over TLS the handshake settles which (ALPN). In plain text a connection is taken for HTTP/1.1 until its first bytes
//! are the preface of HTTP/2, which no request of HTTP/1.1 can be; that costs HTTP/1.1 nothing.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use api::observe::ConnectionObserver;
use axum::body::Body;
use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tower::Service;

use super::HttpLimits;
use super::refused_head::{Explained, FromRoutes};
use super::socket::{Rewound, Socket};
use super::stopping::StopSignal;
use super::under_way::UnderWay;
use crate::tls::Tls;

/// Bytes of a body that a caller may send before they are read, of one request: a whole body of the usual limit.
const STREAM_WINDOW: u32 = 64 * 1024;
/// The same of all requests of a connection together.
const CONNECTION_WINDOW: u32 = 256 * 1024;
/// Bytes of answers that wait for a caller to read them, of one request.
const SEND_BUFFER_MAX: usize = 64 * 1024;
/// The longest frame that is read; the least that the standard allows.
const FRAME_BYTES_MAX: u32 = 16 * 1024;
/// Requests that a caller took back before they were begun. One more, and the connection ends: without work of its own
/// it would make endless work (CVE-2023-44487).
const TAKEN_BACK_MAX: usize = 20;
/// Requests that ended because of a caller's mistakes; one more, and the connection ends.
const MISTAKES_MAX: usize = 128;
/// How often a caller is asked whether it is still there, and how long it may take to say so.
const PING_EVERY: Duration = Duration::from_secs(30);
const PONG_TIME_MAX: Duration = Duration::from_secs(20);

/// What serves one connection.
pub(super) struct Connection<S> {
    pub(super) service: S,
    pub(super) observer: Option<Arc<ConnectionObserver>>,
    pub(super) limits: HttpLimits,
    pub(super) stop: StopSignal,
}

impl<S> Connection<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    /// Serves until either side ends it.
    pub(super) async fn serve(mut self, stream: TcpStream, tls: Option<Arc<Tls>>) {
        let Some(tls) = tls else {
            return self.serve_any(Socket::Plain(stream)).await;
        };
        // On the heap, so that a connection in plain text does not carry the room for it.
        let accepted = Box::pin(async {
            tokio::select! {
                accepted = tls.accept(stream) => accepted,
                () = self.stop.told() => None,
            }
        });
        let Some(stream) = accepted.await else {
            return;
        };
        let socket = Socket::Tls(Box::new(stream));
        if socket.is_settled_http2() {
            self.serve_http2(Rewound::new(Bytes::new(), socket)).await;
        } else {
            self.serve_any(socket).await;
        }
    }

    /// HTTP/1.1, and HTTP/2 where the caller begins with its preface.
    async fn serve_any(mut self, socket: Socket) {
        let from_routes = FromRoutes::default();
        let socket = Explained::new(socket, from_routes.clone(), self.observer.clone());
        let observer = self.observer.clone();
        // One request of a connection at a time: the lock is never waited for.
        let service = Mutex::new(self.service.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let observer = observer.as_ref();
            let begun = observer.map(|known| known.begin(request.method(), request.headers()));
            let mut service = service.lock().unwrap_or_else(PoisonError::into_inner);
            let answering = service.call(request.map(Body::new));
            let from_routes = from_routes.clone();
            async move {
                let answer = match begun {
                    Some(begun) => begun.answer(answering).await,
                    None => answering.await,
                };
                from_routes.announce();
                answer
            }
        });
        let mut connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head_time_max)
            .max_buf_size(self.limits.head_bytes_max)
            .max_header_size(self.limits.head_bytes_max)
            .serve_connection(TokioIo::new(socket), service);
        let ended = tokio::select! {
            biased;
            ended = &mut connection => ended,
            () = self.stop.told() => {
                Pin::new(&mut connection).graceful_shutdown();
                (&mut connection).await
            }
        };
        match ended {
            Err(error) if error.is_parse_version_h2() => {
                let parts = connection.into_parts();
                let socket = parts.io.into_inner().into_socket();
                let socket = Rewound::new(parts.read_buf, socket);
                // On the heap, so that HTTP/1.1 does not carry the room for it.
                Box::pin(self.serve_http2(socket)).await;
            }
            Err(error) => tracing::debug!(%error, "a connection ended early"),
            Ok(()) => {}
        }
    }

    async fn serve_http2(mut self, socket: Rewound<Socket>) {
        let under_way = UnderWay::nothing();
        let counted = under_way.clone();
        let observer = self.observer.clone();
        let service = Mutex::new(self.service.clone());
        let service = service_fn(move |request: Request<Incoming>| {
            let working = counted.begin();
            let observer = observer.as_ref();
            let begun = observer.map(|known| known.begin(request.method(), request.headers()));
            let mut service = service.lock().unwrap_or_else(PoisonError::into_inner);
            let answering = service.call(request.map(Body::new));
            async move {
                let answer = match begun {
                    Some(begun) => begun.answer(answering).await,
                    None => answering.await,
                };
                drop(working);
                answer
            }
        });
        let time_max = self.limits.head_time_max;
        let connection = builder(&self.limits).serve_connection(TokioIo::new(socket), service);
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => Some(ended),
            () = self.stop.told() => {
                connection.as_mut().graceful_shutdown();
                Some(connection.as_mut().await)
            }
            () = under_way.idle_for(time_max) => {
                connection.as_mut().graceful_shutdown();
                // Answers that are still to be read may take as long again.
                tokio::select! {
                    ended = tokio::time::timeout(time_max, connection.as_mut()) => ended.ok(),
                    () = self.stop.told() => None,
                }
            }
        };
        match ended {
            Some(Err(error)) => tracing::debug!(%error, "a connection ended early"),
            None => tracing::debug!("a connection on which nothing happened was cut off"),
            Some(Ok(())) => {}
        }
    }
}

fn builder(limits: &HttpLimits) -> http2::Builder<TokioExecutor> {
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.requests_per_connection_max)
        .max_header_list_size(limits.header_list_bytes_max)
        .max_frame_size(FRAME_BYTES_MAX)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(SEND_BUFFER_MAX)
        .max_pending_accept_reset_streams(TAKEN_BACK_MAX)
        .max_local_error_reset_streams(MISTAKES_MAX)
        .keep_alive_interval(PING_EVERY)
        .keep_alive_timeout(PONG_TIME_MAX);
    builder
}
