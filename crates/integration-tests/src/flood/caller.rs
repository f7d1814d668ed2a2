//! One caller: a connection of its own, one report at a time, as little work as possible beside it.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection to the server.
#[derive(Debug)]
pub(super) struct Caller {
    stream: TcpStream,
    bytes: Vec<u8>,
}

/// What came of a report.
#[derive(Debug)]
pub(super) enum Answer {
    /// Stored, with this id.
    Acknowledged(String),
    /// 503 with `Retry-After` and the documented body.
    Refused,
}

impl Caller {
    pub(super) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            bytes: Vec::with_capacity(1024),
        }
    }

    /// Reports an event of this name.
    ///
    /// `head` is the request's head without the length of the body and the empty line.
    pub(super) async fn report(&mut self, head: &str, event: &str) -> Answer {
        let body = format!(r#"{{"status":"pending","event":"{event}"}}"#);
        let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let (head, body) = self.answer().await;
        if head.starts_with("http/1.1 200 ") {
            assert_eq!(body["event"], event);
            return Answer::Acknowledged(body["id"].as_str().unwrap().to_owned());
        }
        assert!(head.starts_with("http/1.1 503 "), "{head}{body}");
        assert!(head.contains("\r\nretry-after: "), "{head}");
        assert_eq!(body["error"]["code"], "UNAVAILABLE", "{body}");
        Answer::Refused
    }

    /// The head in lower case, and the body.
    async fn answer(&mut self) -> (String, Value) {
        self.bytes.clear();
        let head = loop {
            if let Some(end) = self.bytes.windows(4).position(|at| at == b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await;
        };
        let text = String::from_utf8_lossy(&self.bytes[..head]).to_ascii_lowercase();
        let length = text.split_once("content-length: ").unwrap().1;
        let length: usize = length.split_once('\r').unwrap().0.parse().unwrap();
        while self.bytes.len() < head + length {
            self.more().await;
        }
        (text, serde_json::from_slice(&self.bytes[head..]).unwrap())
    }

    async fn more(&mut self) {
        let read = self.stream.read_buf(&mut self.bytes).await.unwrap();
        assert!(read > 0, "the server closed the connection");
    }
}
