//! Callers that report through both nodes without end, each report until it is acknowledged.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::nodes::NODES;
use crate::Dice;
use crate::target::Target;

/// Who reports at the same time.
pub(super) const CALLERS: usize = 16;
pub(super) const ACCOUNTS: usize = 5;
pub(super) const CONNECTIONS: [&str; 4] = ["vipps", "payex", "swish", "klarna"];
/// Each caller begins a report this often at most, so that servers and callers fit on one small machine.
const REPORT_EVERY: Duration = Duration::from_millis(50);
/// How long a caller waits for an answer before it asks the other node.
const ANSWER_MAX: Duration = Duration::from_secs(10);
/// Between two attempts. `Retry-After` asks for more; less shows the moment from which on it works again.
const AGAIN_AFTER: Duration = Duration::from_millis(100);
/// How long one report may take in all.
const REPORT_MAX: Duration = Duration::from_secs(300);

/// A report and where it belongs.
#[derive(Clone, Debug)]
struct Sent {
    account: String,
    connection: &'static str,
    /// No other report has this name; it is the idempotency key too.
    event: String,
}

/// A report that was answered with 200.
#[derive(Clone, Debug)]
pub(super) struct Acknowledged {
    pub(super) account: String,
    pub(super) connection: &'static str,
    pub(super) event: String,
    pub(super) id: String,
    pub(super) version: usize,
    pub(super) at: Instant,
}

/// What came instead of acknowledgements.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// 503: not stored.
    pub(super) unavailable: AtomicUsize,
    /// 500 and 504: stored or not, it is not known.
    pub(super) unknown: AtomicUsize,
    /// No whole answer: the connection broke or none came about.
    pub(super) broken: AtomicUsize,
    /// No answer within `ANSWER_MAX`.
    pub(super) silent: AtomicUsize,
}

/// What all callers know together.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    acknowledged: Mutex<Vec<Acknowledged>>,
    pub(super) refusals: Refusals,
    is_over: AtomicBool,
}

impl Ledger {
    /// How many were acknowledged so far.
    pub(super) fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Everything that was acknowledged, in order of time.
    pub(super) fn all(&self) -> Vec<Acknowledged> {
        let mut all = self.acknowledged.lock().unwrap().clone();
        all.sort_unstable_by_key(|one| one.at);
        all
    }

    /// The longest time between these moments in which nothing was acknowledged.
    pub(super) fn longest_pause(&self, from: Instant, to: Instant) -> Duration {
        let acknowledged = self.acknowledged.lock().unwrap();
        let moments = acknowledged.iter().map(|one| one.at);
        longest_pause(moments.filter(|at| (from..to).contains(at)), from, to)
    }
}

fn longest_pause(moments: impl Iterator<Item = Instant>, from: Instant, to: Instant) -> Duration {
    let mut moments: Vec<Instant> = moments.chain([from, to]).collect();
    moments.sort_unstable();
    let pauses = moments.windows(2).map(|pair| pair[1] - pair[0]);
    pauses.max().unwrap_or_default()
}

/// The callers, who report from now on.
#[derive(Debug, Default)]
pub(super) struct Load {
    pub(super) ledger: Arc<Ledger>,
    callers: JoinSet<()>,
}

impl Load {
    pub(super) fn start(
        target: &Target,
        nodes: &watch::Receiver<[SocketAddr; NODES]>,
        dice: &mut Dice,
    ) -> Self {
        let ledger = Arc::new(Ledger::default());
        let mut callers = JoinSet::new();
        for number in 0..CALLERS {
            let http = reqwest::Client::builder().no_proxy().timeout(ANSWER_MAX);
            let caller = Caller {
                number,
                target: target.clone(),
                http: http.build().unwrap(),
                nodes: nodes.clone(),
                ledger: Arc::clone(&ledger),
            };
            callers.spawn(caller.report_until_over(Dice::new(dice.number())));
        }
        Self { ledger, callers }
    }

    /// Waits until so many more were acknowledged. Panics where a caller did.
    pub(super) async fn wait_for(&mut self, more: usize) {
        let wanted = self.ledger.count() + more;
        let began = Instant::now();
        while self.ledger.count() < wanted {
            if let Some(ended) = self.callers.try_join_next() {
                ended.unwrap();
            }
            assert!(began.elapsed() < REPORT_MAX, "nothing is acknowledged");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Lets each caller finish its report, so that everything that was sent is acknowledged.
    pub(super) async fn finish(mut self) -> Arc<Ledger> {
        self.ledger.is_over.store(true, Ordering::SeqCst);
        while let Some(ended) = self.callers.join_next().await {
            ended.unwrap();
        }
        self.ledger
    }
}

#[derive(Debug)]
struct Caller {
    number: usize,
    target: Target,
    http: reqwest::Client,
    nodes: watch::Receiver<[SocketAddr; NODES]>,
    ledger: Arc<Ledger>,
}

impl Caller {
    async fn report_until_over(self, mut dice: Dice) {
        let mut pace = interval(REPORT_EVERY);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for report in 0.. {
            pace.tick().await;
            if self.ledger.is_over.load(Ordering::SeqCst) {
                return;
            }
            let sent = Sent {
                account: dice.pick(&self.target.accounts).clone(),
                connection: CONNECTIONS[dice.below(CONNECTIONS.len())],
                event: format!("caller-{}-report-{report}", self.number),
            };
            let began = Instant::now();
            let mut node = (self.number + report) % NODES;
            let acknowledged = loop {
                if let Some(acknowledged) = self.report(&sent, node).await {
                    break acknowledged;
                }
                assert!(began.elapsed() < REPORT_MAX, "{sent:?} is not acknowledged");
                node = (node + 1) % NODES;
                sleep(AGAIN_AFTER).await;
            };
            self.ledger.acknowledged.lock().unwrap().push(acknowledged);
        }
    }

    /// One attempt at one node; none where it must be repeated. Panics at an answer that must not come.
    async fn report(&self, sent: &Sent, node: usize) -> Option<Acknowledged> {
        let Sent {
            account,
            connection,
            event,
        } = sent;
        let address = self.nodes.borrow()[node];
        let call = self.http.post(format!(
            "http://{address}/v1/accounts/T112/management/accounts/{account}/connections/{connection}/events"
        ));
        let call = call
            .bearer_auth(&self.target.token)
            .header("idempotency-key", event)
            .json(&json!({
                "status": "pending", "event": event, "metadata": {"event": event},
            }));
        match whole(call).await {
            Ok((200, version, body)) => {
                assert_eq!(body["event"], **event);
                Some(Acknowledged {
                    account: account.clone(),
                    connection,
                    event: event.clone(),
                    id: body["id"].as_str().unwrap().to_owned(),
                    version: version.unwrap(),
                    at: Instant::now(),
                })
            }
            Ok((status, _, body)) => {
                let refusals = &self.ledger.refusals;
                let count = match status {
                    503 => &refusals.unavailable,
                    500 | 504 => &refusals.unknown,
                    _ => panic!("{sent:?}: {status}: {body}"),
                };
                count.fetch_add(1, Ordering::Relaxed);
                None
            }
            Err(error) => {
                let refusals = &self.ledger.refusals;
                let count = if error.is_timeout() {
                    &refusals.silent
                } else {
                    &refusals.broken
                };
                count.fetch_add(1, Ordering::Relaxed);
                None
            }
        }
    }
}

/// The status, the version that the `ETag` tells, and the body.
async fn whole(call: reqwest::RequestBuilder) -> reqwest::Result<(u16, Option<usize>, Value)> {
    let answer = call.send().await?;
    let status = answer.status().as_u16();
    let tag = answer.headers().get("etag");
    let version = tag.map(|tag| tag.to_str().unwrap().trim_matches('"').parse().unwrap());
    let body = answer.bytes().await?;
    Ok((
        status,
        version,
        serde_json::from_slice(&body).unwrap_or_default(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_may_be_at_either_end() {
        let from = Instant::now();
        let at = |second: u64| from + Duration::from_secs(second);
        let longest = |seconds: &[u64]| {
            longest_pause(seconds.iter().map(|second| at(*second)), from, at(10)).as_secs()
        };

        assert_eq!(longest(&[]), 10);
        assert_eq!(longest(&[7, 8]), 7);
        assert_eq!(longest(&[1, 2]), 8);
        assert_eq!(longest(&[6, 2]), 4);
    }
}
