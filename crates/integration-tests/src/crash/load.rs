//! Eight clients that report without pause until the server is gone, and what each of them knows afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::sync::Notify;

use super::{CLIENTS, CONNECTIONS};
use crate::Dice;
use crate::process::Process;
use crate::target::Target;

/// A report that was sent.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) account: String,
    pub(super) connection: &'static str,
    /// No other report has this name.
    pub(super) event: String,
    key: Option<String>,
}

/// A report that was answered.
#[derive(Clone, Debug)]
pub(super) struct Acknowledged {
    pub(super) sent: Sent,
    pub(super) id: String,
    pub(super) version: usize,
}

/// What is known of all reports so far.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) acknowledged: Vec<Acknowledged>,
    /// Without an answer and without a key: stored or not, nobody knows.
    pub(super) unknown: Vec<Sent>,
    /// Without an answer and with a key: to be repeated.
    pub(super) open: Vec<Sent>,
    pub(super) unanswered: usize,
}

/// The moment of the kill: when so many requests were sent, or answered.
#[derive(Debug)]
struct Trigger {
    at: usize,
    by_answers: bool,
    count: AtomicUsize,
    reached: Notify,
}

impl Target {
    /// Reports, and answers what was acknowledged; none where no whole answer came.
    async fn report(&self, sent: &Sent) -> Option<Acknowledged> {
        let Sent {
            account,
            connection,
            event,
            key,
        } = sent;
        let path = format!(
            "/v1/accounts/T112/management/accounts/{account}/connections/{connection}/events"
        );
        let mut call = self.post(&path).json(&json!({
            "status": "pending", "event": event, "metadata": {"event": event},
        }));
        if let Some(key) = key {
            call = call.header("idempotency-key", key);
        }
        let response = call.send().await.ok()?;
        let status = response.status();
        let etag = response
            .headers()
            .get("etag")
            .map(|tag| tag.to_str().unwrap().to_owned());
        let body = response.bytes().await.ok()?;
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(answer["event"], **event);
        Some(Acknowledged {
            sent: sent.clone(),
            id: answer["id"].as_str().unwrap().to_owned(),
            version: etag.unwrap().trim_matches('"').parse().unwrap(),
        })
    }
}

impl Trigger {
    fn of(dice: &mut Dice) -> Self {
        Self {
            at: 1 + CLIENTS + dice.below(200),
            by_answers: dice.below(2) == 0,
            count: AtomicUsize::new(0),
            reached: Notify::new(),
        }
    }

    fn saw(&self, is_answer: bool) {
        if is_answer == self.by_answers && self.count.fetch_add(1, Ordering::SeqCst) + 1 == self.at
        {
            self.reached.notify_one();
        }
    }
}

/// Kills the process at a moment by chance while all clients report.
pub(super) async fn load_until_killed(
    process: &mut Process,
    target: &Target,
    ledger: &mut Ledger,
    dice: &mut Dice,
    round: usize,
) {
    let trigger = Arc::new(Trigger::of(dice));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let name = format!("round {round}, client {client}");
            let (target, trigger) = (target.clone(), Arc::clone(&trigger));
            tokio::spawn(run(target, trigger, Dice::new(dice.number()), name))
        })
        .collect();
    trigger.reached.notified().await;
    for _ in 0..dice.below(60) {
        tokio::task::yield_now().await;
    }
    process.kill();
    for client in clients {
        let (acknowledged, left) = client.await.unwrap();
        ledger.acknowledged.extend(acknowledged);
        ledger.unanswered += 1;
        match left.key {
            Some(_) => ledger.open.push(left),
            None => ledger.unknown.push(left),
        }
    }
}

/// Reports until no answer comes; answers what was acknowledged and what was left without an answer.
async fn run(
    target: Target,
    trigger: Arc<Trigger>,
    mut dice: Dice,
    name: String,
) -> (Vec<Acknowledged>, Sent) {
    let mut acknowledged = Vec::new();
    loop {
        let event = format!("{name}, report {}", acknowledged.len());
        let sent = Sent {
            account: dice.pick(&target.accounts).clone(),
            connection: CONNECTIONS[dice.below(CONNECTIONS.len())],
            key: (dice.below(3) == 0).then(|| event.replace([' ', ','], "-")),
            event,
        };
        trigger.saw(false);
        let Some(answer) = target.report(&sent).await else {
            return (acknowledged, sent);
        };
        trigger.saw(true);
        acknowledged.push(answer);
    }
}

/// Repeats what has a key: afterwards it is acknowledged, and it is there once.
pub(super) async fn settle(target: &Target, ledger: &mut Ledger) {
    for sent in ledger.open.drain(..) {
        let answer = target.report(&sent).await.unwrap();
        let again = target.report(&sent).await.unwrap();
        assert_eq!(
            (&again.id, again.version),
            (&answer.id, answer.version),
            "{sent:?}"
        );
        ledger.acknowledged.push(answer);
    }
}
