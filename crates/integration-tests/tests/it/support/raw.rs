//! Requests byte by byte, for what no proper client sends.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::{Response, TestApp};

/// A connection that a test writes to as it likes.
#[derive(Debug)]
pub(crate) struct Socket(TcpStream);

/// What came back before the connection ended.
#[derive(Debug)]
pub(crate) enum Answered {
    /// Nothing at all.
    Nothing,
    /// An answer.
    With(Response),
}

impl Socket {
    pub(crate) async fn open(app: &TestApp) -> Self {
        let stream = TcpStream::connect(app.address()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// From another address of the loopback network, such as 127.0.0.2.
    pub(crate) async fn open_from(app: &TestApp, address: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket
            .bind(format!("{address}:0").parse().unwrap())
            .unwrap();
        let stream = socket.connect(app.address()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// The server may hang up before it has read everything.
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        drop(self.0.write_all(bytes).await);
    }

    /// Says that nothing more will be written.
    pub(crate) async fn finish(&mut self) {
        drop(self.0.shutdown().await);
    }

    /// Reads until the head of an answer has come: the status line and all headers.
    pub(crate) async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.unwrap());
        }
        String::from_utf8(head).unwrap()
    }

    /// Reads so many bytes; none when the server ends the connection before.
    pub(crate) async fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.0.read_exact(&mut bytes).await.ok()?;
        Some(bytes)
    }

    /// Reads until the server ends the connection.
    pub(crate) async fn answer(&mut self) -> Answered {
        let mut bytes = Vec::new();
        // An early end loses nothing that was read before it.
        drop(self.0.read_to_end(&mut bytes).await);
        if bytes.is_empty() {
            Answered::Nothing
        } else {
            Answered::With(parse(&bytes))
        }
    }
}

impl Answered {
    #[track_caller]
    pub(crate) fn response(self) -> Response {
        match self {
            Self::With(response) => response,
            Self::Nothing => panic!("the connection ended without an answer"),
        }
    }
}

/// The last answer in the bytes of a connection: what stands before it is `100 Continue`.
fn parse(bytes: &[u8]) -> Response {
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap_or_else(|| panic!("no head: {:?}", String::from_utf8_lossy(bytes)));
    let (head, rest) = (&bytes[..end], &bytes[end + 4..]);
    let head = std::str::from_utf8(head).unwrap();
    let mut lines = head.split("\r\n");
    let status: u16 = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    if status == 100 {
        return parse(rest);
    }
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(rest.len(), |(_, value)| value.parse().unwrap());
    assert!(rest.len() >= length, "the body was cut off: {head}");
    Response {
        status,
        headers,
        body: rest[..length].to_vec(),
    }
}
