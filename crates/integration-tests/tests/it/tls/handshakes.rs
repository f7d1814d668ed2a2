//! Who speaks no TLS, who speaks it slowly, and who has too many connections.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::authority::Authority;
use super::served::{FILES, Place, Served};

async fn served(variables: &[(&str, &str)]) -> (Place, Served) {
    let authority = Authority::new();
    let place = Place::with(&authority, &authority.issue()).await;
    let served = place.serve_set(&FILES, variables).await;
    (place, served)
}

/// Everything until the server ends the connection, which it does cleanly.
async fn all(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn plain_http_is_told_to_use_tls() {
    let (_place, served) = served(&[]).await;
    let long = format!(
        "POST /v1 HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\nx: {}\r\n\r\nsomething",
        "x".repeat(9_000)
    );
    for request in [
        "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n",
        &long,
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = served.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let answer = all(stream).await;
        assert!(
            answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
            "{answer}"
        );
        assert!(
            answer.ends_with("\r\n\r\nthis port speaks TLS: use https:// in place of http://\n"),
            "{answer}"
        );
    }
    let mut stream = served.connect().await;
    stream.write_all(b"\0\x01 nonsense").await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(
        all(stream).await,
        "",
        "nothing is said to what is no HTTP either"
    );
}

#[tokio::test]
async fn a_handshake_has_a_time() {
    let (_place, served) = served(&[("KOBLING_TLS__HANDSHAKE_SECONDS_MAX", "1")]).await;
    let hello_begins: [&[u8]; 3] = [b"", b"\x16", b"\x16\x03\x01\x02\x00\x01"];
    let mut streams = Vec::new();
    for bytes in hello_begins {
        let mut stream = served.connect().await;
        stream.write_all(bytes).await.unwrap();
        streams.push(stream);
    }
    for mut stream in streams {
        let mut rest = Vec::new();
        // What was sent and not read may make the end an abrupt one.
        drop(stream.read_to_end(&mut rest).await);
        assert_eq!(rest, b"");
    }
}

#[tokio::test]
async fn a_handshake_counts_as_a_connection_of_its_address() {
    let (_place, served) = served(&[("KOBLING_LIMITS__CONNECTIONS_PER_ADDRESS_MAX", "1")]).await;
    let first = served.connect().await;
    let mut second = served.connect().await;
    let mut rest = Vec::new();
    second.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"", "the first one is still shaking hands");
    drop(first);
}
