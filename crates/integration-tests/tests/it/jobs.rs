//! Work in the background, on one node and on several.

use std::time::{Duration, Instant};

use domain::connections::IDEMPOTENCY_RETENTION;
use integration_tests::database::Engine;
use service::jobs::{Job, JobRun};

use crate::commands::program::Installation;
use crate::support::TestApp;

const JOB: Job = Job::ForgetAnswers;

const TICK: Duration = Duration::from_millis(1);

const ANSWERS: &str = "SELECT count(*) FROM answers";

/// How long a process may take over what it does at once.
const PATIENCE: Duration = Duration::from_secs(30);

/// Moves the clock of the nodes. PostgreSQL's own, by which its leases run, cannot be moved: they are made that much older.
async fn pass(app: &TestApp, time: Duration) {
    app.clock.advance(time);
    if app.database().engine() == Engine::Postgres {
        let millis = time.as_millis();
        let older = format!("UPDATE leases SET until = until - interval '{millis} milliseconds'");
        app.database().run(&older).await;
    }
}

async fn run(app: &TestApp) -> JobRun {
    app.service().run_job(JOB).await.unwrap()
}

/// Three events with keys whose answers run out in a moment, and nobody who has the lease.
async fn with_answers() -> TestApp {
    let app = TestApp::start().await;
    {
        let partner = app.partner("T112").await;
        let vipps = partner.account().await.connection("vipps");
        for number in 0..3 {
            let call = vipps.record("pending", "started");
            let call = call.idempotency_key(format!("k-{number}"));
            call.await.assert_ok();
        }
    }
    app.clock.advance(IDEMPOTENCY_RETENTION);
    app
}

#[tokio::test]
async fn of_two_nodes_one_does_the_work_and_the_other_takes_it_over() {
    let here = with_answers().await;
    let there = here.beside().await;
    assert_ne!(here.service().node(), there.service().node());
    assert_eq!(run(&here).await, JobRun::Done);
    assert_eq!(there.count(ANSWERS).await, 3, "none has run out");
    pass(&here, TICK).await;

    assert_eq!(run(&there).await, JobRun::Elsewhere);
    assert_eq!(there.count(ANSWERS).await, 3);

    // It is gone without a word; until its lease is over, nobody knows.
    here.stop().await;
    let margin = match there.database().engine() {
        Engine::Sqlite => TICK,
        Engine::Postgres => JOB.lease() / 2,
    };
    pass(&there, JOB.lease() - TICK - margin).await;
    assert_eq!(run(&there).await, JobRun::Elsewhere);
    assert_eq!(there.count(ANSWERS).await, 3);
    pass(&there, margin).await;
    assert_eq!(run(&there).await, JobRun::Done);
    assert_eq!(there.count(ANSWERS).await, 0);
}

#[tokio::test]
async fn a_node_that_works_on_keeps_the_work() {
    let here = with_answers().await;
    let there = here.beside().await;
    for _ in 0..5 {
        assert_eq!(run(&here).await, JobRun::Done);
        pass(&here, JOB.every()).await;
        assert_eq!(run(&there).await, JobRun::Elsewhere);
    }
    assert_eq!(run(&here).await, JobRun::Done);
    assert_eq!(here.count(ANSWERS).await, 0);
}

#[tokio::test]
async fn a_node_that_stops_gives_the_work_up_at_once() {
    let here = with_answers().await;
    let there = here.beside().await;
    assert_eq!(run(&here).await, JobRun::Done);
    // Who has nothing takes nothing from others.
    there.service().give_up_jobs().await.unwrap();
    assert_eq!(run(&there).await, JobRun::Elsewhere);

    here.service().give_up_jobs().await.unwrap();

    assert_eq!(run(&there).await, JobRun::Done);
    assert_eq!(run(&here).await, JobRun::Elsewhere);
}

#[tokio::test]
async fn a_job_is_done_to_its_end() {
    let app = with_answers().await;
    app.clock.advance(TICK);
    let key = match app.database().engine() {
        Engine::Sqlite => "CAST('key ' || n AS BLOB)",
        Engine::Postgres => "convert_to('key ' || n, 'UTF8')",
    };
    let many = format!(
        "INSERT INTO answers (partner, key, request, seq, version, at)
        WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 1700)
        SELECT partner, {key}, request, seq, version, at
            FROM number, (SELECT * FROM answers LIMIT 1) AS one"
    );
    app.database().run(&many).await;
    assert_eq!(app.count(ANSWERS).await, 1_703);

    assert_eq!(run(&app).await, JobRun::Done);

    assert_eq!(app.count(ANSWERS).await, 0);
}

#[tokio::test]
async fn a_server_has_the_lease_while_it_runs() {
    let (here, _) = Installation::with_partner().await;
    let server = here.serve().await;
    let leases = async || {
        let count = "SELECT count(*) FROM leases WHERE name = 'forget-answers'";
        here.database().count(count).await
    };
    let began = Instant::now();
    while leases().await == 0 {
        assert!(began.elapsed() < PATIENCE, "it takes no lease");
        tokio::task::yield_now().await;
    }

    let ended = server.stop().await;

    assert!(ended.success(), "{ended}");
    assert_eq!(leases().await, 0, "it was not given up");
}
