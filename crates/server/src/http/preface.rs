//! The words with which a caller begins HTTP/2 (RFC 9113, section 3.4), held together until they are whole.
//!
//! hyper knows them on a connection of HTTP/1, but only when they arrive in one piece.

use std::io::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The start of a connection, as long as it may become the preface.
#[derive(Debug, Default)]
pub(super) struct Start {
    held: Vec<u8>,
    is_over: bool,
}

impl Start {
    /// Whether nothing is held, and nothing will be.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Reads until it is known whether this is the preface; gives what was read in one piece.
    pub(super) fn poll_read<S: AsyncRead + Unpin>(
        &mut self,
        socket: &mut S,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<(), Error>> {
        let before = buffer.filled().len();
        if buffer.remaining() < PREFACE.len() {
            // No server reads so little at a time; then nothing can be held together.
            self.is_over = true;
        }
        loop {
            buffer.put_slice(&self.held);
            let polled = Pin::new(&mut *socket).poll_read(context, buffer);
            let all = buffer.filled().get(before..).unwrap_or_default();
            let is_ended = all.len() == self.held.len();
            let may_be = all.len() < PREFACE.len() && PREFACE.starts_with(all);
            if polled.is_ready() && (!may_be || is_ended || self.is_over) {
                self.is_over = true;
                self.held = Vec::new();
                return polled;
            }
            if polled.is_ready() {
                self.held = all.to_vec();
            }
            buffer.set_filled(before);
            ready!(polled)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    struct Begun(tokio::io::DuplexStream, Start);

    impl AsyncRead for Begun {
        fn poll_read(
            self: Pin<&mut Self>,
            context: &mut Context<'_>,
            buffer: &mut ReadBuf<'_>,
        ) -> Poll<Result<(), Error>> {
            let this = self.get_mut();
            this.1.poll_read(&mut this.0, context, buffer)
        }
    }

    /// What the first read gives when the bytes arrive one by one.
    async fn first_read(bytes: &[u8]) -> Vec<u8> {
        let (mut caller, server) = tokio::io::duplex(1);
        let bytes = bytes.to_vec();
        let writing = tokio::spawn(async move { drop(caller.write_all(&bytes).await) });
        let mut buffer = vec![0; 8192];
        let read = Begun(server, Start::default()).read(&mut buffer).await;
        writing.abort();
        buffer.truncate(read.unwrap());
        buffer
    }

    #[tokio::test]
    async fn the_preface_is_given_whole_and_all_else_as_soon_as_it_differs() {
        assert_eq!(first_read(&[PREFACE, b"more"].concat()).await, PREFACE);
        assert_eq!(first_read(b"POST / HTTP/1.1\r\n").await, b"PO");
        assert_eq!(first_read(b"GET / HTTP/1.1\r\n").await, b"G");
        assert_eq!(first_read(b"PRI * HTTP/1.1\r\n").await, b"PRI * HTTP/1");
        assert_eq!(
            first_read(b"PRI").await,
            b"PRI",
            "the end gives what is held"
        );
        assert_eq!(first_read(b"").await, b"");
    }
}
