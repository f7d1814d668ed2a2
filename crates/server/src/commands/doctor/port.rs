//! The address to listen on: free, or taken by a Kobling that runs.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;

use super::super::http_client::client_trusting_anyone;
use super::finding::Finding;

const CHECK: &str = "port";

/// How long whoever listens there may take to answer.
const TIME_MAX: Duration = Duration::from_secs(5);

/// What answers at the address.
enum Answer {
    Ready,
    NotReady(String),
    Foreign,
}

/// Looks at the address, where a server would speak TLS or plain text.
pub(super) async fn examine(listen: SocketAddr, is_tls: bool) -> Finding {
    let error = match TcpListener::bind(listen).await {
        Ok(_) => return Finding::ok(CHECK, format!("{listen} is free; no server runs there")),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::AddrInUse => in_use(listen, is_tls).await,
        ErrorKind::PermissionDenied => Finding::error(
            CHECK,
            format!("{listen} may not be listened on by this user: {error}"),
            "choose a port from 1024 on with --listen, or give the program the capability CAP_NET_BIND_SERVICE",
        ),
        ErrorKind::AddrNotAvailable => Finding::error(
            CHECK,
            format!("{listen} is no address of this machine"),
            "choose one that is with --listen, or 0.0.0.0 for all of them",
        ),
        _ => Finding::error(
            CHECK,
            format!("{listen}: {error}"),
            "choose another with --listen",
        ),
    }
}

async fn in_use(listen: SocketAddr, is_tls: bool) -> Finding {
    match ask(listen, is_tls).await {
        Answer::Ready => Finding::ok(CHECK, format!("a Kobling runs at {listen} and is ready")),
        Answer::NotReady(why) => Finding::error(
            CHECK,
            format!("a Kobling runs at {listen} and is not ready: {why}"),
            "look at its log, and at what is said of the database and the disk",
        ),
        Answer::Foreign => Finding::error(
            CHECK,
            format!("{listen} is taken by another program"),
            "stop that program, or choose another address with --listen",
        ),
    }
}

/// Asks whoever listens there whether it is a Kobling that can serve.
async fn ask(listen: SocketAddr, is_tls: bool) -> Answer {
    let scheme = if is_tls { "https" } else { "http" };
    let url = format!("{scheme}://{}/health/ready", reachable(listen));
    let Ok(client) = client_trusting_anyone() else {
        return Answer::Foreign;
    };
    let Ok(response) = client.get(&url).timeout(TIME_MAX).send().await else {
        return Answer::Foreign;
    };
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap_or_default();
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    match (status, text("/status"), text("/error/message")) {
        (200, Some("ok"), _) => Answer::Ready,
        (503, _, Some(message)) => Answer::NotReady(message.to_owned()),
        _ => Answer::Foreign,
    }
}

/// An address to call for one to listen on: of all addresses, the machine's own.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
