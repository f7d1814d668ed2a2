//! The metrics as Prometheus reads them.

use std::future::IntoFuture;
use std::path::Path;
use std::time::Duration;

use integration_tests::database::{Database, Engine};
use integration_tests::process::Process;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Metrics, TestApp};

const EVENTS: &str = "method=\"POST\",route=\"/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}/events\"";

/// How much a series has grown.
fn grown(before: &Metrics, after: &Metrics, series: &str) -> f64 {
    after.get(series) - before.get(series)
}

/// Reads the metrics until they are as expected.
async fn until(app: &TestApp, expected: impl Fn(&Metrics) -> bool) -> Metrics {
    loop {
        let metrics = app.metrics().await;
        if expected(&metrics) {
            return metrics;
        }
    }
}

#[tokio::test]
async fn requests_are_counted_by_operation_and_status() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let before = app.metrics().await;

    for _ in 0..3 {
        vipps.record("pending", "e").await.assert_ok();
    }
    vipps.record_body("{}").await;
    app.get("/nothing-of-that-kind").await;
    app.call("BREW", "/health/live").await;

    let after = app.metrics().await;
    let grown = |series: &str| grown(&before, &after, series);
    let requests = |labels: &str| grown(&format!("kobling_http_requests_total{{{labels}}}"));
    assert_eq!(requests(&format!("{EVENTS},status=\"200\"")), 3.0);
    assert_eq!(requests(&format!("{EVENTS},status=\"400\"")), 1.0);
    assert_eq!(
        requests("method=\"other\",route=\"unmatched\",status=\"404\""),
        1.0
    );
    assert_eq!(
        requests("method=\"other\",route=\"unmatched\",status=\"405\""),
        1.0
    );
    let duration = |rest: &str| grown(&format!("kobling_http_request_duration_seconds{rest}"));
    assert_eq!(duration(&format!("_count{{{EVENTS}}}")), 4.0);
    assert_eq!(duration(&format!("_bucket{{{EVENTS},le=\"+Inf\"}}")), 4.0);
    let sum = duration(&format!("_sum{{{EVENTS}}}"));
    assert!(sum > 0.0 && sum < 60.0, "{sum}");
    assert_eq!(after.get("kobling_http_requests_in_flight"), 0.0);
    for (series, _) in after.series() {
        assert!(
            !series.contains("nothing-of-that-kind") && !series.contains("T112"),
            "{series}"
        );
        assert!(!series.contains("BREW"), "{series}");
    }
}

/// Each lane has a queue of its own.
fn lanes(app: &TestApp) -> f64 {
    let lanes = app.database().options().lanes();
    f64::from(u32::try_from(lanes).unwrap())
}

#[tokio::test]
async fn the_write_path_is_counted() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let before = app.metrics().await;

    for _ in 0..5 {
        vipps.record("pending", "e").await.assert_ok();
    }
    vipps
        .record("pending", "e")
        .if_match("\"99\"")
        .await
        .assert_error(412, "VERSION_MISMATCH");

    let after = app.metrics().await;
    let grown = |series: &str| grown(&before, &after, series);
    assert_eq!(grown("kobling_changes_accepted_total"), 6.0);
    assert_eq!(grown("kobling_changes_refused_total"), 0.0);
    assert_eq!(grown("kobling_batch_changes_sum"), 6.0);
    assert_eq!(grown("kobling_batch_changes_count"), 6.0);
    assert_eq!(grown("kobling_batch_changes_bucket{le=\"1\"}"), 6.0);
    assert_eq!(grown("kobling_batch_commit_duration_seconds_count"), 6.0);
    assert!(grown("kobling_batch_commit_duration_seconds_sum") > 0.0);
    assert_eq!(grown("kobling_log_entries_written_total"), 5.0);
    assert_eq!(after.get("kobling_queue_changes"), 0.0);
    assert_eq!(
        after.get("kobling_queue_changes_max"),
        4_096.0 * lanes(&app)
    );
    if app.database().engine() == Engine::Sqlite {
        assert!(after.get("kobling_wal_pages") > 0.0);
        assert!(after.get("kobling_wal_pages_max") > after.get("kobling_wal_pages"));
        assert!(after.get("kobling_database_bytes") > 0.0);
        assert!(after.get("kobling_disk_bytes") > after.get("kobling_disk_free_bytes"));
        let of_a_server = ["kobling_database_c", "kobling_commit_lookup"];
        let is_of_a_server = |name: &&str| of_a_server.iter().any(|start| name.starts_with(start));
        assert_eq!(after.names().find(is_of_a_server), None);
    }
}

#[tokio::test]
async fn a_full_queue_is_seen_while_it_is_full() {
    let app = TestApp::start_with(|settings| {
        settings.token_algorithm = oauth::Algorithm::EdDsa;
        settings.queue_max = 2;
    })
    .await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps.record("pending", "e").await.assert_ok();
    let before = app.metrics().await;
    // Another process that writes for long: the lane waits for it, and its queue fills.
    let held = app.hold().await;

    let record = || tokio::spawn(vipps.record("pending", "e").into_future());
    let taken = "kobling_changes_accepted_total";
    let mut sent = vec![record()];
    until(&app, |now| {
        grown(&before, now, taken) == 1.0 && now.get("kobling_queue_changes") == 0.0
    })
    .await;
    sent.extend((0..11).map(|_| record()));
    let refused = "kobling_changes_refused_total";
    let during = until(&app, |now| grown(&before, now, refused) >= 9.0).await;
    held.release().await;
    let mut statuses = Vec::new();
    for call in sent {
        statuses.push(call.await.unwrap().status);
    }

    let unavailable = statuses.iter().filter(|status| **status == 503).count();
    let fine = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!((unavailable, fine), (9, 3), "{statuses:?}");
    assert_eq!(during.get("kobling_queue_changes"), 2.0);
    assert_eq!(during.get("kobling_queue_changes_max"), 2.0 * lanes(&app));
    assert_eq!(during.get("kobling_http_requests_in_flight"), 3.0);
    let after = app.metrics().await;
    assert_eq!(grown(&before, &after, "kobling_changes_refused_total"), 9.0);
    assert_eq!(
        grown(&before, &after, "kobling_changes_accepted_total"),
        3.0
    );
    assert_eq!(after.get("kobling_queue_changes"), 0.0);
}

#[tokio::test]
async fn what_becomes_of_tokens_is_counted() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let client = partner.client(&["read:accounts"]).await;
    let before = app.metrics().await;

    let token = client.token(&app).await;
    partner
        .with_token(&token)
        .get("/management/accounts")
        .await
        .assert_ok();
    partner
        .with_token(&token)
        .get("/management/accounts")
        .await
        .assert_ok();
    partner
        .with_token("x.y.z")
        .get("/log")
        .await
        .assert_error(401, "UNAUTHORIZED");
    let path = format!("/auth/clients/{}", client.id);
    partner.delete(&path).await.assert_ok();
    let revoked = partner.with_token(&token).get("/management/accounts").await;
    revoked.assert_error(401, "UNAUTHORIZED");
    app.clock.advance(Duration::from_secs(5 * 3_600));
    partner.get("/log").await.assert_error(401, "UNAUTHORIZED");

    let after = app.metrics().await;
    let outcome = |name: &str| {
        grown(
            &before,
            &after,
            &format!("kobling_authentications_total{{outcome=\"{name}\"}}"),
        )
    };
    assert_eq!(outcome("verified"), 1.0);
    assert_eq!(outcome("revoked"), 1.0);
    assert_eq!(outcome("invalid"), 2.0);
    assert_eq!(outcome("failed"), 0.0);
    assert!(outcome("remembered") >= 3.0);
    assert_eq!(grown(&before, &after, "kobling_tokens_issued_total"), 1.0);
    assert!(after.get("kobling_tokens_remembered") >= 1.0);
}

#[tokio::test]
async fn connections_and_the_process_are_shown() {
    let app = TestApp::start().await;
    app.get("/health/live").await.assert_ok();

    let metrics = app.metrics().await;

    assert_eq!(metrics.get("kobling_http_connections_open"), 1.0);
    assert_eq!(metrics.get("kobling_http_connections_accepted_total"), 1.0);
    let build = format!("kobling_build_info{{version=\"{}\"}}", api::VERSION);
    assert_eq!(metrics.get(&build), 1.0);
    assert_eq!(metrics.get("process_start_time_seconds"), 1_778_574_600.0);
    assert!(metrics.get("process_resident_memory_bytes") > 1e6);
    assert!(metrics.get("process_open_fds") > 3.0);
    assert!(metrics.get("process_max_fds") > metrics.get("process_open_fds"));
}

#[tokio::test]
async fn the_listener_serves_metrics_health_and_nothing_else() {
    let app = TestApp::start().await;
    for path in ["/health/live", "/health/ready"] {
        let here = app.metrics_listener("GET", path).await;
        let there = app.get(path).await;
        assert_eq!(here.assert_ok().text(), there.assert_ok().text());
        assert_eq!(app.metrics_listener("POST", path).await.status, 405);
    }
    let elsewhere = app.metrics_listener("GET", "/v1").await;
    assert_eq!(
        (elsewhere.status, elsewhere.text()),
        (404, "here are /metrics, /health/live and /health/ready\n")
    );
    assert_eq!(app.metrics_listener("POST", "/metrics").await.status, 405);
    app.get("/metrics").await.assert_error(404, "UNKNOWN_PATH");
}

#[tokio::test]
async fn a_process_that_stops_is_alive_and_not_ready_and_finishes_what_it_took() {
    let program = Path::new(env!("CARGO_BIN_EXE_kobling-under-test"));
    let database = Database::fresh().await;
    let settings = [("KOBLING_METRICS__LISTEN", "127.0.0.1:0")];
    let process = Process::start_with(program, &database, &settings).await;
    let metrics = process.metrics_address.unwrap();
    let ask = async |path| {
        let answer = reqwest::get(format!("http://{metrics}{path}"))
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(ask("/health/ready").await.0, 200);
    let mut under_way = TcpStream::connect(process.address).await.unwrap();
    let head = b"POST /v1/accounts/T11200000/auth/token HTTP/1.1\r\nhost: kobling.test\r\n\
                 authorization: Basic YTpi\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{";
    under_way.write_all(head).await.unwrap();
    // An answer to a later request tells that the earlier one was taken.
    reqwest::get(format!("http://{}/health/live", process.address))
        .await
        .unwrap();

    process.ask_to_stop();
    while ask("/health/ready").await != (503, "{\"status\":\"stopping\"}".to_owned()) {}
    assert_eq!(ask("/health/live").await.0, 200);
    under_way.write_all(b"}").await.unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).await.unwrap();

    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(process.ended().await.success());
}
