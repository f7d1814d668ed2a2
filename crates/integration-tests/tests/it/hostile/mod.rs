//! A thousand requests of ill will: each is refused as documented, nothing is written, and the server goes on.

mod kinds;

use std::collections::{BTreeMap, BTreeSet};

use integration_tests::Dice;

use crate::support::{Answered, Partner, Socket, TestApp};
use kinds::{KINDS, Scene};

const REQUESTS: usize = 1_000;
const SEED: u64 = 20_260_512;

/// Refusals that hyper makes itself, before a request reaches our router: an empty body with `connection: close`.
///
/// All of them break the framing of HTTP, so that no request can be told from the bytes.
const BY_HYPER: [&str; 8] = [
    "a header line without a colon",
    "a header name with a space",
    "a line break in a header",
    "a negative content-length",
    "an HTTP version that is none",
    "bytes that are no HTTP",
    "two lengths",
    "spaces in the target",
];

/// The connection ends while bytes are still on their way, and its end may overtake hyper's empty 431.
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
    let mut unread = BTreeSet::new();
    assert!(KINDS.len() >= 30);

    for number in 0..REQUESTS {
        let kind = KINDS.get(number).unwrap_or_else(|| dice.pick(KINDS));
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
        if response.body.is_empty() {
            let cut_off = CUT_OFF.contains(&kind.name);
            assert!(cut_off || unread.insert(kind.name) || BY_HYPER.contains(&kind.name));
        } else if kind.is_oauth {
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

    assert_eq!(seen.len(), KINDS.len(), "every kind had its turn");
    assert_eq!(unread.into_iter().collect::<Vec<_>>(), BY_HYPER);
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
    (partner.log().await.len(), app.count(rows))
}
