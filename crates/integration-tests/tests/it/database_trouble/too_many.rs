//! The server lets nobody in any more: all its connections are in use.

use std::time::Instant;

use integration_tests::database_server::DatabaseServer;
use serde_json::Value;
use tokio_postgres::Client;

use super::{PATIENCE, Served};

/// Ends the connections of the service, and waits until they are gone.
const OTHERS: &str = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
    WHERE usename = 'kobling' AND application_name <> 'the test' AND pid <> pg_backend_pid()";

/// Takes every connection that is left.
async fn take_all(server: &DatabaseServer, taken: &mut Vec<Client>) {
    while let Ok(client) = server.try_client().await {
        let named = "SET application_name = 'the test'";
        client.batch_execute(named).await.unwrap();
        taken.push(client);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_connection_left_it_refuses_until_there_is_one() {
    let server = DatabaseServer::start(&["max_connections=20"]).await;
    let served = Served::on(&server, &[]).await;
    let (caller, account) = (&served.caller, &served.account);
    caller.report(account, "vipps", "before").await;
    let mut taken = Vec::new();
    take_all(&server, &mut taken).await;
    // Whoever has a connection goes on.
    caller.report(account, "vipps", "still connected").await;

    let began = Instant::now();
    loop {
        // The service has lost its own to the test as soon as it finds none.
        assert!(began.elapsed() < PATIENCE, "it finds one each time");
        taken[0].batch_execute(OTHERS).await.unwrap();
        take_all(&server, &mut taken).await;
        if served.readiness().await == 503 {
            break;
        }
    }
    let refused = caller.try_to_report(account, "vipps", "in vain").await;
    refused.assert_unavailable();
    served.read().await.assert_unavailable();
    // Whichever of the requests found none first says why.
    let is_said = |record: &Value| record.to_string().contains("too many clients");
    while !served.process.records().iter().any(is_said) {
        assert!(began.elapsed() < PATIENCE, "{:?}", served.process.records());
        served.read().await.assert_unavailable();
    }

    taken.clear();
    served.becomes(200).await;
    caller.report(account, "vipps", "after").await;
    let log = caller.log().await;
    let events = log
        .iter()
        .filter_map(|entry| entry["data"]["event"]["event"].as_str());
    assert_eq!(
        events.collect::<Vec<_>>(),
        ["before", "still connected", "after"]
    );
}
