//! Another program holds the database and does not let go, as a disk does that hangs.

use integration_tests::process::Process;

use crate::commands::program::Installation;

async fn ready(http: &reqwest::Client, server: &Process) -> u16 {
    let url = format!("http://{}/health/ready", server.address);
    http.get(url).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn readiness_does_not_wait_for_a_database_that_does_not_answer() {
    let (here, _) = Installation::with_partner().await;
    let server = here.serve().await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let other = here.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    // Both give up at the same time: the second joins the first.
    let looks = tokio::join!(ready(&http, &server), ready(&http, &server));
    assert_eq!(looks, (503, 503));
    let live = http.get(format!("http://{}/health/live", server.address));
    assert_eq!(live.send().await.unwrap().status(), 200);
    let said = server.record("request put off").await;
    let why = "the database has not answered for 2 seconds";
    assert!(said["context"].as_str().unwrap().contains(why), "{said}");

    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(ready(&http, &server).await, 200);
}
