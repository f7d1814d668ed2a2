//! Traces: taken from the caller, sent to a collector.

use std::collections::BTreeSet;

use domain::Timestamp;

use super::collector::{Collector, Span};
use crate::support::{START, TestApp};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const ROUTE: &str = "/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}/events";

fn of_trace(spans: &[Span], trace: &str) -> Vec<Span> {
    spans
        .iter()
        .filter(|span| span.all["traceId"] == trace)
        .cloned()
        .collect()
}

#[tokio::test]
async fn a_request_is_a_span_under_its_caller_with_the_write_below() {
    let collector = Collector::start().await;
    let app = TestApp::start_traced(&collector.endpoint, 1.0).await;
    let vipps = app
        .partner("T112")
        .await
        .account()
        .await
        .connection("vipps");
    let parent = format!("00-{TRACE}-00f067aa0b1902b7-01");
    vipps
        .record("pending", "e")
        .header("traceparent", parent)
        .await
        .assert_ok();
    app.stop().await;

    let spans = of_trace(&collector.spans(), TRACE);
    assert_eq!(spans.len(), 2, "{spans:?}");
    let (request, write) = (&spans[0], &spans[1]);
    assert_eq!(request.all["name"], format!("POST {ROUTE}"));
    assert_eq!(request.all["kind"], 2);
    assert_eq!(request.all["parentSpanId"], "00f067aa0b1902b7");
    assert!(!request.all.contains_key("status"));
    let expected = serde_json::json!({
        "http.request.method": "POST",
        "http.response.status_code": "200",
        "http.route": ROUTE,
    });
    assert_eq!(
        serde_json::Value::Object(request.attributes.clone()),
        expected
    );
    assert_eq!(write.all["name"], "write");
    assert_eq!(write.all["kind"], 1);
    assert_eq!(write.all["parentSpanId"], request.all["spanId"]);
    let ((began, ended), (write_began, write_ended)) = (request.times(), write.times());
    assert!(began <= write_began && write_began < write_ended && write_ended <= ended);
    let start: Timestamp = START.parse().unwrap();
    assert_eq!(began, start.millis() * 1_000_000);
}

#[tokio::test]
async fn a_trace_begins_here_where_the_caller_has_none() {
    let collector = Collector::start().await;
    let app = TestApp::start_traced(&collector.endpoint, 1.0).await;
    app.get("/health/live").await.assert_ok();
    app.get("/health/live")
        .header("traceparent", "00-malformed")
        .await
        .assert_ok();
    app.get("/nothing/of/the/kind").await;
    app.call("BREW", "/health/live").await;
    app.stop().await;

    let spans = collector.spans();
    let names: Vec<_> = spans
        .iter()
        .map(|span| span.all["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["GET /health/live", "GET /health/live", "GET", "_OTHER"]
    );
    assert!(
        spans
            .iter()
            .all(|span| !span.all.contains_key("parentSpanId"))
    );
    let traces: BTreeSet<_> = spans
        .iter()
        .map(|span| span.all["traceId"].as_str())
        .collect();
    assert_eq!(traces.len(), spans.len());
    assert!(!spans[2].attributes.contains_key("http.route"));
}

#[tokio::test]
async fn what_the_caller_does_not_keep_is_not_sent() {
    let collector = Collector::start().await;
    let app = TestApp::start_traced(&collector.endpoint, 1.0).await;
    let unsampled = format!("00-{TRACE}-00f067aa0b1902b7-00");
    app.get("/health/live")
        .header("traceparent", unsampled)
        .await
        .assert_ok();
    app.get("/health/ready").await.assert_ok();
    app.stop().await;

    let spans = collector.spans();
    assert_eq!(spans.len(), 1);
    assert_eq!(spans[0].attributes["http.route"], "/health/ready");
}

#[tokio::test]
async fn a_part_of_the_traces_that_begin_here_is_kept() {
    let collector = Collector::start().await;
    for (kept, expected) in [(0.0, 0..=0), (0.5, 20..=80)] {
        let before = collector.spans().len();
        let app = TestApp::start_traced(&collector.endpoint, kept).await;
        for _ in 0..100 {
            app.get("/health/live").await.assert_ok();
        }
        app.stop().await;
        let sent = collector.spans().len() - before;
        assert!(expected.contains(&sent), "{sent} of 100 at {kept}");
    }
    let app = TestApp::start_traced(&collector.endpoint, 0.0).await;
    let parent = format!("00-{TRACE}-00f067aa0b1902b7-01");
    app.get("/health/live")
        .header("traceparent", parent)
        .await
        .assert_ok();
    app.stop().await;
    assert_eq!(
        of_trace(&collector.spans(), TRACE).len(),
        1,
        "the caller keeps its own"
    );
}

#[tokio::test]
async fn a_collector_that_is_away_harms_no_request() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let app = TestApp::start_traced(&endpoint, 1.0).await;
    let dropped = "kobling_traced_requests_total{outcome=\"dropped\"}";
    let mut asked = 0;
    while app.metrics().await.get(dropped) == 0.0 {
        app.get("/health/live").await.assert_ok();
        asked += 1;
        assert!(asked < 100_000, "nothing was counted as dropped");
    }
    app.stop().await;
}
