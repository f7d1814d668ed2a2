//! What the metrics say of connections to the server, and of commits whose answer was lost.

use integration_tests::database_server::DatabaseServer;
use tokio_postgres::NoTls;

use super::Served;
use crate::support::Metrics;

const METRICS: (&str, &str) = ("KOBLING_METRICS__LISTEN", "127.0.0.1:0");

/// Ends every other connection to this database.
const TERMINATE: &str = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// Who waits for a standby with a batch, or with the look-up of one.
const WAITS: &str =
    "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND query LIKE '%COMMIT'";

async fn metrics(served: &Served) -> Metrics {
    let address = served.process.metrics_address.unwrap();
    let page = reqwest::get(format!("http://{address}/metrics")).await;
    Metrics::read(&page.unwrap().text().await.unwrap())
}

/// Reads the metrics until they are as expected.
async fn until(served: &Served, expected: impl Fn(&Metrics) -> bool) -> Metrics {
    loop {
        let metrics = metrics(served).await;
        if expected(&metrics) {
            return metrics;
        }
    }
}

fn of(metrics: &Metrics, name: &str, kind: &str) -> f64 {
    metrics.get(&format!("kobling_database_{name}{{kind=\"{kind}\"}}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_shown_by_what_they_are_for() {
    let settings = [
        METRICS,
        ("KOBLING_DATABASE__WRITERS_MAX", "1"),
        ("KOBLING_DATABASE__POOL_READERS_MAX", "1"),
        ("KOBLING_DATABASE__LOCK_SECONDS_MAX", "300"),
        ("KOBLING_DATABASE__STATEMENT_SECONDS_MAX", "300"),
    ];
    let served = Served::on_shared(&settings).await;
    let address = served.here.database().url();
    let (operator, connection) = tokio_postgres::connect(&address, NoTls).await.unwrap();
    tokio::spawn(connection);
    let idle = until(&served, |now| {
        of(now, "connections_in_use", "writing") == 0.0
    })
    .await;
    for kind in ["writing", "reading"] {
        assert_eq!(of(&idle, "connections_open", kind), 1.0);
        assert_eq!(of(&idle, "connections_max", kind), 1.0);
        assert_eq!(of(&idle, "callers_waiting", kind), 0.0);
    }

    let lock = "BEGIN; LOCK TABLE log_entries IN ACCESS EXCLUSIVE MODE";
    operator.batch_execute(lock).await.unwrap();
    let (caller, account) = (served.caller.clone(), served.account.clone());
    let writing = tokio::spawn(async move { caller.report(&account, "vipps", "waits").await });
    until(&served, |now| {
        of(now, "connections_in_use", "writing") == 1.0
    })
    .await;
    let reading = [(); 3].map(|()| {
        let caller = served.caller.clone();
        tokio::spawn(async move { caller.get("/v1/accounts/T112/log?limit=1").await })
    });
    until(&served, |now| {
        of(now, "connections_in_use", "reading") == 1.0
            && of(now, "callers_waiting", "reading") >= 2.0
    })
    .await;
    operator.batch_execute("ROLLBACK").await.unwrap();
    writing.await.unwrap();
    for answer in reading {
        assert_eq!(answer.await.unwrap().status, 200);
    }

    let before = until(&served, |now| of(now, "connections_open", "waking") == 1.0).await;
    operator.query_one(TERMINATE, &[]).await.unwrap();
    let kinds = ["writing", "reading", "waking"];
    let grown = |now: &Metrics, name: &str, kind| of(now, name, kind) - of(&before, name, kind);
    until(&served, |now| {
        kinds
            .iter()
            .all(|kind| grown(now, "connections_lost_total", kind) == 1.0)
    })
    .await;
    served
        .caller
        .report(&served.account, "vipps", "after")
        .await;
    assert_eq!(served.read().await.status, 200);
    let after = until(&served, |now| of(now, "connections_open", "waking") == 1.0).await;
    for kind in kinds {
        assert_eq!(
            grown(&after, "connections_opened_total", kind),
            1.0,
            "{kind}"
        );
        assert_eq!(of(&after, "connections_open", kind), 1.0, "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_looked_up_is_counted_with_what_was_found() {
    let server = DatabaseServer::start(&[]).await;
    let served = Served::on(&server, &[METRICS]).await;
    let before = metrics(&served).await;
    let found = |outcome: &str| format!("kobling_commit_lookups_total{{outcome=\"{outcome}\"}}");
    for outcome in ["stored", "not_stored", "unknown"] {
        assert!(before.series().any(|(series, _)| series == found(outcome)));
        assert_eq!(before.get(&found(outcome)), 0.0);
    }
    let operator = server.client().await;
    let wait_for = async |standby: &str| {
        let set = format!("ALTER SYSTEM SET synchronous_standby_names = '{standby}'");
        operator.batch_execute(&set).await.unwrap();
        let reload = "SELECT pg_reload_conf()";
        operator.batch_execute(reload).await.unwrap();
    };
    wait_for("nobody").await;

    let waiting = async |other_than: i32| {
        let rows = operator.query(WAITS, &[]).await.unwrap();
        let mut pids = rows.iter().map(|row| row.get::<_, i32>(0));
        pids.find(|pid| *pid != other_than)
    };
    // The server takes a new setting in its own time: what is written before that does not wait.
    let (commit, writing) = 'waits: loop {
        let (caller, account) = (served.caller.clone(), served.account.clone());
        let writing = tokio::spawn(async move { caller.report(&account, "vipps", "one").await });
        while !writing.is_finished() {
            if let Some(pid) = waiting(0).await {
                break 'waits (pid, writing);
            }
        }
        writing.await.unwrap();
    };
    // Cancelled while it waits, the commit is done with a warning; what looks it up waits in its turn.
    let cancel = "SELECT pg_cancel_backend($1)";
    operator.query_one(cancel, &[&commit]).await.unwrap();
    while waiting(commit).await.is_none() {}
    wait_for("").await;
    writing.await.unwrap();

    let after = metrics(&served).await;
    let counted = ["stored", "not_stored", "unknown"].map(|outcome| after.get(&found(outcome)));
    assert_eq!(counted, [1.0, 0.0, 0.0]);
    let seconds = after.get("kobling_commit_lookup_seconds_total");
    assert!(seconds > 0.0 && seconds < 60.0, "{seconds}");
}
