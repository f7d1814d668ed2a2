//! A thousand requests of ill will: each is refused as documented, nothing is written, and the server goes on.

mod bodies;
mod framing;
mod heads;
mod kind;

use std::collections::{BTreeMap, BTreeSet};

use integration_tests::Dice;

use crate::support::{Answered, Partner, Socket, TestApp};
use kind::{Kind, Scene};

const REQUESTS: usize = 1_000;
const SEED: u64 = 20_260_512;

/// The connection ends while bytes are still on their way, and its end may overtake the answer.
const CUT_OFF: [&str; 1] = ["headers beyond what is read"];

#[tokio::test]
async fn a_thousand_hostile_requests_change_nothing() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let vipps = partner.account().await.connection("vipps");
    vipps.record("pending", "started").await.assert_ok();
    let reader = partner.client(&["read:accounts"]).await;
    let scene = Scene {
        events: format!("{}/events", vipps.path()),
        token: partner.token.clone(),
        reader: reader.token(&app).await,
    };
    let before = written(&app, &partner).await;
    let mut dice = Dice::new(SEED);
    let mut seen: BTreeMap<&str, BTreeSet<u16>> = BTreeMap::new();
    let kinds: Vec<&Kind> = [bodies::KINDS, heads::KINDS, framing::KINDS]
        .into_iter()
        .flatten()
        .collect();
    assert!(kinds.len() >= 30);

    for number in 0..REQUESTS {
        let kind = kinds.get(number).unwrap_or_else(|| dice.pick(&kinds));
        let sent = (kind.request)(&scene, &mut dice);
        let shown = String::from_utf8_lossy(&sent[..sent.len().min(400)]).into_owned();
        let about = format!("request {number}, {}: {shown}", kind.name);
        let mut socket = Socket::open(&app).await;
        socket.write(&sent).await;
        if kind.breaks_off {
            socket.finish().await;
        }
        let Answered::With(response) = socket.answer().await else {
            assert!(CUT_OFF.contains(&kind.name), "no answer to {about}");
            seen.entry(kind.name).or_default();
            continue;
        };
        assert!((400..500).contains(&response.status), "{about}\n{response}");
        seen.entry(kind.name).or_default().insert(response.status);
        if kind.is_oauth {
            let error = response.text_at("/error");
            response.assert_oauth_error(response.status, &error);
        } else {
            response.assert_documented_error();
        }
        let expected = kind.statuses.contains(&response.status);
        assert!(
            expected,
            "{:?} expected for {about}\n{response}",
            kind.statuses
        );
    }

    assert_eq!(seen.len(), kinds.len(), "every kind had its turn");
    assert_eq!(written(&app, &partner).await, before);
    vipps
        .record("enabled", "still here")
        .await
        .assert_ok()
        .assert_header("etag", "\"2\"");
    app.get("/health/ready").await.assert_ok();
}

/// Everything that a request could have written.
async fn written(app: &TestApp, partner: &Partner<'_>) -> (usize, i64) {
    let rows = "SELECT (SELECT count(*) FROM log_entries) + (SELECT count(*) FROM answers) \
                + (SELECT count(*) FROM clients) + (SELECT count(*) FROM grants) \
                + (SELECT count(*) FROM accounts) + (SELECT count(*) FROM connections)";
    (partner.log().await.len(), app.count(rows).await)
}
