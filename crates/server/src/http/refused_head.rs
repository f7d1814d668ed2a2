//! Answers to requests that are not HTTP.
//!
//! A head that cannot be parsed never reaches the routes: hyper answers it itself, without a body. This stands between
//! hyper and the socket, knows which answers come from the routes, and gives the others the documented body.

use std::io::{Error, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use api::observe::ConnectionObserver;
use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::preface::Start;

/// Whether the next answer on a connection comes from the routes.
#[derive(Clone, Debug, Default)]
pub(crate) struct FromRoutes(Arc<AtomicBool>);

/// A socket whose refusals by hyper get a body.
#[derive(Debug)]
pub(crate) struct Explained<S> {
    socket: S,
    start: Start,
    from_routes: FromRoutes,
    observer: Option<Arc<ConnectionObserver>>,
    /// What is still to be written instead of hyper's own answer, and of how many of its bytes.
    instead: Option<(Vec<u8>, usize, usize)>,
}

impl FromRoutes {
    /// To be called when the routes have answered, before the answer is written.
    pub(crate) fn announce(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn take(&self) -> bool {
        self.0.swap(false, Ordering::AcqRel)
    }
}

impl<S> Explained<S> {
    pub(crate) fn new(
        socket: S,
        from_routes: FromRoutes,
        observer: Option<Arc<ConnectionObserver>>,
    ) -> Self {
        Self {
            socket,
            start: Start::default(),
            from_routes,
            observer,
            instead: None,
        }
    }

    /// The socket, when the connection turns out to be another protocol's.
    pub(super) fn into_socket(self) -> S {
        self.socket
    }
}

/// The status of an answer that begins here, if one does and it refuses.
fn refusal(bytes: &[u8]) -> Option<StatusCode> {
    let digits = bytes
        .strip_prefix(b"HTTP/1.1 ")
        .or_else(|| bytes.strip_prefix(b"HTTP/1.0 "))?;
    let status = StatusCode::from_bytes(digits.get(..3)?).ok()?;
    status.is_client_error().then_some(status)
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Explained<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, Error>> {
        let this = &mut *self;
        if this.instead.is_none() && bytes.starts_with(b"HTTP/1.") {
            let is_interim = bytes.get(9) == Some(&b'1');
            let from_routes = !is_interim && this.from_routes.take();
            if let Some(status) = refusal(bytes).filter(|_| !from_routes) {
                let id = this.observer.as_ref().map(|known| known.refused_head());
                this.instead = Some((api::refused_head(status, id), 0, bytes.len()));
            }
        }
        let Some((answer, written, stands_for)) = &mut this.instead else {
            return Pin::new(&mut this.socket).poll_write(context, bytes);
        };
        while let Some(rest) = answer.get(*written..).filter(|rest| !rest.is_empty()) {
            *written += ready!(Pin::new(&mut this.socket).poll_write(context, rest))?;
        }
        let stood_for = *stands_for;
        this.instead = None;
        Poll::Ready(Ok(stood_for.min(bytes.len())))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }

    /// Never asked for, so that an answer always begins a write.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize, Error>> {
        let first = parts.iter().find(|part| !part.is_empty());
        self.poll_write(context, first.map_or(&[], |part| part))
    }

    fn is_write_vectored(&self) -> bool {
        false
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Explained<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<(), Error>> {
        let this = &mut *self;
        if this.start.is_over() {
            return Pin::new(&mut this.socket).poll_read(context, buffer);
        }
        this.start.poll_read(&mut this.socket, context, buffer)
    }
}
