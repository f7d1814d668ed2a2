//! Frames byte by byte (RFC 9113), for what no proper client sends.

use crate::support::{Socket, TestApp};

pub(super) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
pub(super) const SETTINGS: u8 = 4;
pub(super) const PING: u8 = 6;
pub(super) const GO_AWAY: u8 = 7;
pub(super) const CONTINUATION: u8 = 9;

pub(super) const END_STREAM: u8 = 1;
pub(super) const ACK: u8 = 1;
pub(super) const END_HEADERS: u8 = 4;

pub(super) const ENHANCE_YOUR_CALM: u32 = 11;
pub(super) const CANCEL: [u8; 4] = [0, 0, 0, 8];

/// `GET http://x/health/live` as HPACK writes it without a table.
pub(super) const ASK: &[u8] = b"\x82\x86\x04\x0c/health/live\x01\x01x";

/// A frame that was read.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
    pub(super) payload: Vec<u8>,
}

/// A connection that has said the preface, and no settings of its own.
pub(super) struct Caller(pub(super) Socket);

pub(super) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

impl Caller {
    pub(super) async fn greet(app: &TestApp) -> Self {
        let mut socket = Socket::open(app).await;
        socket.write(PREFACE).await;
        socket.write(&frame(SETTINGS, 0, 0, &[])).await;
        Self(socket)
    }

    pub(super) async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        self.0.write(&frame(kind, flags, stream, payload)).await;
    }

    /// The next frame; none when the server ends the connection.
    pub(super) async fn next(&mut self) -> Option<Frame> {
        let head = self.0.bytes(9).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let stream = u32::from_be_bytes(head[5..9].try_into().unwrap());
        Some(Frame {
            kind: head[3],
            flags: head[4],
            stream,
            payload: self.0.bytes(usize::try_from(length).unwrap()).await?,
        })
    }

    /// The next frame of a kind, or none; pings are answered on the way.
    pub(super) async fn next_of(&mut self, kind: u8) -> Option<Frame> {
        while let Some(frame) = self.next().await {
            if frame.kind == kind {
                return Some(frame);
            }
            if frame.kind == PING && frame.flags != ACK {
                self.send(PING, ACK, 0, &frame.payload).await;
            }
        }
        None
    }

    /// Reads until the server ends the connection; answers why it said it would.
    pub(super) async fn reason_of_end(&mut self) -> Option<u32> {
        let mut reason = None;
        while let Some(frame) = self.next_of(GO_AWAY).await {
            reason = Some(u32::from_be_bytes(frame.payload[4..8].try_into().unwrap()));
        }
        reason
    }
}
