//! The document that a collector takes: `ExportTraceServiceRequest` of OTLP 1.x as JSON.
//!
//! As its mapping has it, names are in lowerCamelCase, ids are hexadecimal, 64-bit numbers are text, and enums are
//! numbers.

use std::time::{Duration, Instant};

use api::observe::FinishedRequest;
use domain::Entropy;
use serde::Serialize;
use serde_json::{Value, json};

/// `SPAN_KIND_INTERNAL`.
const INTERNAL: u8 = 1;
/// `SPAN_KIND_SERVER`.
const SERVER: u8 = 2;
/// `STATUS_CODE_ERROR`.
const ERROR: u8 = 2;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Span {
    trace_id: String,
    span_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_span_id: Option<String>,
    name: String,
    kind: u8,
    start_time_unix_nano: String,
    end_time_unix_nano: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Value>,
}

/// The document for some requests, each with a span of its own and one for each of its steps.
pub(super) fn document(requests: &[FinishedRequest], entropy: &dyn Entropy) -> Vec<u8> {
    let spans: Vec<Span> = requests
        .iter()
        .flat_map(|request| spans(request, entropy))
        .collect();
    let document = json!({
        "resourceSpans": [{
            "resource": {"attributes": [
                text("service.name", "kobling"),
                text("service.version", api::VERSION),
            ]},
            "scopeSpans": [{
                "scope": {"name": "kobling", "version": api::VERSION},
                "spans": spans,
            }],
        }],
    });
    serde_json::to_vec(&document).unwrap_or_default()
}

fn spans(request: &FinishedRequest, entropy: &dyn Entropy) -> Vec<Span> {
    let own = new_id(entropy);
    let trace_id = request.trace.to_string();
    let at = |moment: Instant| nanos(request, moment.saturating_duration_since(request.began));
    let mut spans = vec![Span {
        trace_id: trace_id.clone(),
        span_id: own.clone(),
        parent_span_id: request.parent.map(|parent| hexadecimal(&parent)),
        name: match request.route {
            Some(route) => format!("{} {route}", request.method),
            None => request.method.to_owned(),
        },
        kind: SERVER,
        start_time_unix_nano: nanos(request, Duration::ZERO),
        end_time_unix_nano: nanos(request, request.took),
        attributes: attributes(request),
        status: (request.status >= 500).then(|| json!({ "code": ERROR })),
    }];
    spans.extend(request.steps.iter().map(|step| Span {
        trace_id: trace_id.clone(),
        span_id: new_id(entropy),
        parent_span_id: Some(own.clone()),
        name: step.name.to_owned(),
        kind: INTERNAL,
        start_time_unix_nano: at(step.began),
        end_time_unix_nano: at(step.ended),
        attributes: Vec::new(),
        status: None,
    }));
    spans
}

/// The attributes of the semantic conventions for HTTP servers.
fn attributes(request: &FinishedRequest) -> Vec<Value> {
    let status = request.status.to_string();
    let mut attributes = vec![
        text("http.request.method", request.method),
        json!({"key": "http.response.status_code", "value": {"intValue": status}}),
    ];
    if let Some(route) = request.route {
        attributes.push(text("http.route", route));
    }
    if request.status >= 500 {
        attributes.push(text("error.type", &status));
    }
    attributes
}

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

/// Nanoseconds since 1970, so long after the request began.
fn nanos(request: &FinishedRequest, after: Duration) -> String {
    let began = Duration::from_millis(request.began_at.millis());
    (began + after).as_nanos().to_string()
}

/// The id of a span. Zero is the one that is not allowed.
fn new_id(entropy: &dyn Entropy) -> String {
    let mut id = [0; 8];
    entropy.fill(&mut id);
    if id == [0; 8] {
        id = [1; 8];
    }
    hexadecimal(&id)
}

fn hexadecimal(id: &[u8; 8]) -> String {
    format!("{:016x}", u64::from_be_bytes(*id))
}
