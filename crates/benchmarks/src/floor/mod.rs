//! The floors: what no service on this HTTP stack can be faster than.
//!
//! Each is a server with the listener, the connection handling and the router of the real one, and with a handler that
//! does only what cannot be left out.

mod bytes;
mod durable;
mod nothing;

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use clap::{Args, ValueEnum};
use server::http::{HttpLimits, Server};

use crate::failure::{Outcome, Result, While};

/// The path of the event operation, as the real router has it.
const EVENTS: &str = "/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}/events";
/// The path of a connection.
const CONNECTION: &str = "/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}";
/// The path of the token operation.
const TOKEN: &str = "/v1/accounts/{oid}/auth/token";

/// 200 bytes of JSON, about what an event is answered with.
const ANSWER: &str = r#"{"status":"pending","event":"signature_required","id":"0198c0de-5a3e-7cc1-8f0e-6d1d7b1c2a3f","created_at":"2026-01-01T00:00:00.000Z","created_by":"floor","description":"An answer as long as that to "}"#;

/// A floor and where it listens.
#[derive(Args, Debug)]
pub(crate) struct Floor {
    kind: Kind,
    #[arg(long)]
    listen: SocketAddr,
    /// `durable`: what bodies are appended to; `bytes`: what is answered
    #[arg(long)]
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Answers a fixed text
    Nothing,
    /// Appends the body to a file, and answers when it is on disk
    Durable,
    /// Answers the bytes of a file, from memory
    Bytes,
}

impl Kind {
    /// As it stands on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Durable => "durable",
            Self::Bytes => "bytes",
        }
    }
}

impl Floor {
    pub(crate) fn serve(self) -> Outcome {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .while_doing("the runtime")?;
        let routes = self.routes()?.route("/health/ready", get(|| async {}));
        runtime.block_on(async {
            let server = Server::bind(self.listen, routes, HttpLimits::default()).await;
            let server = server.while_doing("listening")?;
            server.run(terminated()?).await;
            Ok(())
        })
    }

    fn routes(&self) -> Result<Router> {
        let file = || self.file.as_deref().while_doing("--file");
        match self.kind {
            Kind::Nothing => Ok(nothing::routes()),
            Kind::Durable => durable::routes(file()?),
            Kind::Bytes => bytes::routes(file()?),
        }
    }
}

fn terminated() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminated = signal(SignalKind::terminate()).while_doing("the signal to stop")?;
    Ok(async move {
        terminated.recv().await;
    })
}

/// The fixed answer.
fn answer() -> Response {
    ([(CONTENT_TYPE, "application/json")], ANSWER).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_has_200_bytes() {
        assert_eq!(ANSWER.len(), 200);
    }
}
