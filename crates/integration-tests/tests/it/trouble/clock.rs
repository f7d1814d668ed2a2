//! The machine's clock jumps, forward and back, by hours and by decades.

use std::time::Duration;

use domain::Timestamp;

use crate::support::{START, SetClock, TestApp};

const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3_600);

fn back(clock: &SetClock, by: Duration) {
    let moment: Timestamp = clock_now(clock);
    clock.set(moment.minus(by));
}

fn clock_now(clock: &SetClock) -> Timestamp {
    use domain::Clock;
    clock.now()
}

#[tokio::test]
async fn times_of_the_log_never_run_back() {
    let app = TestApp::start().await;
    let mut partner = app.partner("T112").await;
    let account = partner.account().await;
    let mut expected: Vec<String> = Vec::new();
    let mut newest = String::new();

    for (forward, by) in [
        (true, HOUR),
        (false, 2 * HOUR),
        (true, 3 * DAY),
        (false, 2 * DAY),
        (true, 30 * YEAR),
        (false, 45 * YEAR),
        (true, 20 * YEAR),
    ] {
        if forward {
            app.clock.advance(by);
        } else {
            back(&app.clock, by);
        }
        // A client whose token does not fit the clock any more asks for another.
        partner.token = partner.client.token(&app).await;
        let mut vipps = account.connection("vipps");
        vipps.account.token.clone_from(&partner.token);
        let answer = vipps.record("pending", "step").await;
        let at = answer.assert_ok().text_at("/created_at");
        newest = newest.max(clock_now(&app.clock).to_string());
        assert_eq!(at, newest, "the present, or the time of the entry ahead");
        expected.push(at);
        assert_eq!(app.get("/health/ready").await.status, 200);
    }
    assert!(expected.is_sorted());
    let app = app.restart().await;
    let times = "SELECT count(*) FROM log_entries AS a JOIN log_entries AS b ON b.partner = a.partner AND b.seq = a.seq + 1 WHERE b.at < a.at";
    assert_eq!(app.count(times).await, 0);
}

#[tokio::test]
async fn tokens_follow_the_clock_and_keys_of_requests_follow_the_log() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    let event = || vipps.record("pending", "once").idempotency_key("k-1");
    let first = event().await;
    let first = first.assert_ok().text().to_owned();

    // Back: what is remembered of a token goes on; a process that has not seen it takes it for one of the future.
    back(&app.clock, DAY);
    assert_eq!(event().await.assert_ok().text(), first);
    let app = {
        let path = vipps.path();
        let token = partner.token.clone();
        drop(vipps);
        drop(partner);
        let app = app.restart().await;
        let refused = app.get(&path).token(&token).await;
        assert_eq!(refused.status, 401);
        app
    };

    // Forward, beyond the life of every token: a new one is given, and the old answers go with the job that forgets.
    app.clock
        .set(START.parse::<Timestamp>().unwrap().plus(YEAR));
    app.drain_jobs().await;
    assert_eq!(app.count("SELECT count(*) FROM answers").await, 0);
    // Back again: nothing is forgotten that the log is younger than.
    app.clock.set(START.parse().unwrap());
    app.drain_jobs().await;
    assert_eq!(app.get("/health/ready").await.status, 200);
}
