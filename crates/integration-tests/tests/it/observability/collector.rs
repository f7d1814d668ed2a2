//! A collector as far as the tests need one: it takes documents over HTTP and keeps them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Map, Value};
use tokio::net::TcpListener;

/// A collector that listens.
#[derive(Clone, Debug)]
pub(super) struct Collector {
    pub(super) endpoint: String,
    documents: Arc<Mutex<Vec<Value>>>,
}

/// A span, with its attributes as a flat object.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) all: Map<String, Value>,
    pub(super) attributes: Map<String, Value>,
}

impl Collector {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let collector = Self {
            endpoint: format!("http://{}", listener.local_addr().unwrap()),
            documents: Arc::default(),
        };
        let routes = Router::new()
            .route("/v1/traces", post(take))
            .with_state(collector.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        collector
    }

    /// All spans that came.
    pub(super) fn spans(&self) -> Vec<Span> {
        let documents = self.documents.lock().unwrap();
        documents.iter().flat_map(read).collect()
    }
}

async fn take(State(collector): State<Collector>, headers: HeaderMap, body: String) -> StatusCode {
    assert_eq!(headers["content-type"], "application/json");
    let document = serde_json::from_str(&body).unwrap();
    collector.documents.lock().unwrap().push(document);
    StatusCode::OK
}

/// The only members of an object.
fn members<const N: usize>(value: &Value, names: [&str; N]) -> [Value; N] {
    let object = value.as_object().unwrap();
    assert!(
        object.keys().all(|key| names.contains(&key.as_str())),
        "{value}"
    );
    names.map(|name| value[name].clone())
}

fn the_only(list: &Value) -> Value {
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 1);
    list[0].clone()
}

fn read(document: &Value) -> Vec<Span> {
    let [resources] = members(document, ["resourceSpans"]);
    let [resource, scopes] = members(&the_only(&resources), ["resource", "scopeSpans"]);
    let [of_resource] = members(&resource, ["attributes"]);
    assert_eq!(attributes(&of_resource)["service.name"], "kobling");
    let [scope, spans] = members(&the_only(&scopes), ["scope", "spans"]);
    assert_eq!(scope["name"], "kobling");
    spans.as_array().unwrap().iter().map(span).collect()
}

fn span(value: &Value) -> Span {
    let known = [
        "traceId",
        "spanId",
        "parentSpanId",
        "name",
        "kind",
        "startTimeUnixNano",
        "endTimeUnixNano",
        "attributes",
        "status",
    ];
    members(value, known);
    let is_hex = |name: &str, length: usize| {
        let id = value[name].as_str().unwrap();
        id.len() == length && id.bytes().all(|byte| b"0123456789abcdef".contains(&byte))
    };
    assert!(is_hex("traceId", 32) && is_hex("spanId", 16), "{value}");
    Span {
        all: value.as_object().unwrap().clone(),
        attributes: value.get("attributes").map(attributes).unwrap_or_default(),
    }
}

fn attributes(list: &Value) -> Map<String, Value> {
    let attribute = |attribute: &Value| {
        let [key, value] = members(attribute, ["key", "value"]);
        let (kind, value) = value.as_object().unwrap().iter().next().unwrap();
        let is_text = value.is_string();
        assert!(
            is_text && ["stringValue", "intValue"].contains(&kind.as_str()),
            "{attribute}"
        );
        (key.as_str().unwrap().to_owned(), value.clone())
    };
    list.as_array().unwrap().iter().map(attribute).collect()
}

impl Span {
    /// When it began and ended, in nanoseconds since 1970.
    pub(super) fn times(&self) -> (u64, u64) {
        let time = |name: &str| self.all[name].as_str().unwrap().parse().unwrap();
        (time("startTimeUnixNano"), time("endTimeUnixNano"))
    }
}
