//! The program told to stop: what was accepted is answered, idle connections end, and it exits within its time.
//!
//! In plain text and inside TLS, with HTTP/1.1 and HTTP/2.

use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use reqwest::{Body, Client, Response, Version};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::authority::{Authority, NAME};
use super::served::{FILES, Place, Served};
use crate::support::Metrics;

const FINE: &str = "{\"status\":\"pending\",\"event\":\"e\"}";
const STOPPING: &str = "stopping: what was accepted is finished; a second signal cuts it off";

/// That nothing else ends a connection or the process.
const NO_OTHER_END: [(&str, &str); 3] = [
    ("KOBLING_LIMITS__STOP_SECONDS_MAX", "3600"),
    ("KOBLING_LIMITS__HEAD_SECONDS_MAX", "3600"),
    ("KOBLING_LIMITS__BODY_SECONDS_MAX", "3600"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Http1,
    Http2,
    Tls1,
    Tls2,
}

const ALL: [Protocol; 4] = [
    Protocol::Http1,
    Protocol::Http2,
    Protocol::Tls1,
    Protocol::Tls2,
];

/// A server, and a request that it works on and whose body has not come.
struct Begun {
    _place: Place,
    served: Served,
    rest: Sender<Bytes>,
    answer: JoinHandle<reqwest::Result<Response>>,
}

impl Protocol {
    fn is_tls(self) -> bool {
        matches!(self, Self::Tls1 | Self::Tls2)
    }

    fn version(self) -> Version {
        match self {
            Self::Http1 | Self::Tls1 => Version::HTTP_11,
            Self::Http2 | Self::Tls2 => Version::HTTP_2,
        }
    }

    fn client(self, authority: &Authority, served: &Served) -> Client {
        let builder = authority.client(served.address);
        let builder = match self {
            Self::Http1 | Self::Tls1 => builder.http1_only(),
            Self::Http2 => builder.http2_prior_knowledge(),
            Self::Tls2 => builder,
        };
        builder.build().unwrap()
    }
}

impl Begun {
    async fn with(protocol: Protocol) -> Self {
        let authority = Authority::new();
        let place = Place::with(&authority, &authority.issue()).await;
        let files: &[&str] = if protocol.is_tls() { &FILES } else { &[] };
        let public = ["--public-url", "https://kobling.test"];
        let flags = [files, &public[..], &["--metrics-listen", "127.0.0.1:0"]].concat();
        let client = place.bootstrap(&public).await;
        let (served, said) = place.serve_saying(&flags, &NO_OTHER_END).await;
        let http = protocol.client(&authority, &served);
        let scheme = if protocol.is_tls() { "https" } else { "http" };
        let url = format!("{scheme}://{NAME}:{}", served.address.port());
        let token = token(&http, &url, &client).await;

        let (mut rest, body) = Channel::new(1);
        let path = "/v1/accounts/T112/management/accounts/T11200000/connections/vipps/events";
        let request = http
            .post(format!("{url}{path}"))
            .bearer_auth(token)
            .header("content-type", "application/json")
            .body(Body::wrap(body));
        let answer = tokio::spawn(request.send());
        rest.send_data(FINE[..10].into()).await.unwrap();
        let metrics = format!("http://{}/metrics", said["address"].as_str().unwrap());
        while in_flight(&metrics).await < 1.0 {}
        // Another connection, on which nothing happens.
        let idle = protocol.client(&authority, &served);
        let live = idle.get(format!("{url}/health/live")).send().await.unwrap();
        assert_eq!(live.version(), protocol.version());
        Self {
            _place: place,
            served,
            rest,
            answer,
        }
    }
}

async fn token(http: &Client, url: &str, client: &Value) -> String {
    let text = |name: &str| client[name].as_str().unwrap();
    let asked = http
        .post(format!("{url}/v1/accounts/T11200000/auth/token"))
        .basic_auth(text("client_id"), Some(text("client_secret")))
        .json(&json!({"grant_type": "client_credentials", "audience": text("audience")}));
    let answer: Value = asked.send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn in_flight(metrics: &str) -> f64 {
    let text = reqwest::get(metrics).await.unwrap().text().await.unwrap();
    Metrics::read(&text).get("kobling_http_requests_in_flight")
}

#[tokio::test]
async fn what_was_accepted_is_answered_and_idle_connections_end() {
    for protocol in ALL {
        let Begun {
            _place,
            mut served,
            mut rest,
            answer,
        } = Begun::with(protocol).await;
        served.signal("TERM").await;
        served.record(STOPPING).await;
        // Nothing new is accepted from the moment that the listener is closed.
        while TcpStream::connect(served.address).await.is_ok() {}
        rest.send_data(FINE[10..].into()).await.unwrap();
        drop(rest);
        let answer = answer.await.unwrap().unwrap();
        assert_eq!(answer.status(), 200, "{protocol:?}");
        let status = served.ended().await;
        assert_eq!(status.code(), Some(0), "{protocol:?}");
    }
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    for protocol in ALL {
        let Begun {
            _place,
            mut served,
            rest,
            answer,
        } = Begun::with(protocol).await;
        served.signal("INT").await;
        served.record(STOPPING).await;
        served.signal("TERM").await;
        served
            .record("told to stop again: what was under way is cut off")
            .await;
        let status = served.ended().await;
        assert_eq!(status.code(), Some(0), "{protocol:?}");
        assert!(answer.await.unwrap().is_err(), "{protocol:?}");
        drop(rest);
    }
}
