//! So many callers that report without pause, however the answers are.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::caller::{Answer, Caller};
use crate::target::Target;

const CONNECTIONS: [&str; 4] = ["vipps", "payex", "swish", "klarna"];

/// How long callers report.
#[derive(Clone, Copy, Debug)]
pub enum Length {
    /// So many reports of each caller.
    Reports(usize),
    /// What is begun within this time.
    Time(Duration),
}

/// What the callers of a phase saw together.
#[derive(Debug, Default)]
pub struct Seen {
    /// Who reported at the same time.
    pub callers: usize,
    /// From the first report to the last answer.
    pub took: Duration,
    /// Name and id of each event that was answered with 200.
    pub acknowledged: Vec<(String, String)>,
    /// Names of events that were answered with 503.
    pub refused: Vec<String>,
    /// How long each acknowledged report took, sorted.
    pub waits: Vec<Duration>,
}

impl Seen {
    /// Acknowledged reports in a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        per_second(self.acknowledged.len(), self.took)
    }

    /// Reports of any outcome in a second.
    #[must_use]
    pub fn asked_rate(&self) -> f64 {
        per_second(self.acknowledged.len() + self.refused.len(), self.took)
    }

    /// The time that so many of a hundred acknowledged reports did not exceed.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> Duration {
        let last = self.waits.len().saturating_sub(1);
        self.waits
            .get(last * percent / 100)
            .copied()
            .unwrap_or_default()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
fn per_second(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// Connects all callers, then lets them report.
pub(super) async fn phase(target: &Target, name: &str, callers: usize, length: Length) -> Seen {
    let mut connected = Vec::with_capacity(callers);
    for _ in 0..callers {
        connected.push(Caller::connect(target.address).await);
    }
    let began = Instant::now();
    let mut running = JoinSet::new();
    for (number, caller) in connected.into_iter().enumerate() {
        let head = Arc::new(head(target, number));
        let name = format!("{name}-{number}");
        running.spawn(report(caller, head, name, length, began));
    }
    let mut seen = Seen::default();
    while let Some(one) = running.join_next().await {
        let one = one.unwrap();
        seen.acknowledged.extend(one.acknowledged);
        seen.refused.extend(one.refused);
        seen.waits.extend(one.waits);
    }
    seen.callers = callers;
    seen.took = began.elapsed();
    seen.waits.sort_unstable();
    seen
}

async fn report(
    mut caller: Caller,
    head: Arc<String>,
    name: String,
    length: Length,
    began: Instant,
) -> Seen {
    let mut seen = Seen::default();
    for number in 0.. {
        let over = match length {
            Length::Reports(reports) => number >= reports,
            Length::Time(time) => began.elapsed() >= time,
        };
        if over {
            break;
        }
        let event = format!("{name}-{number}");
        let asked = Instant::now();
        match caller.report(&head, &event).await {
            Answer::Acknowledged(id) => {
                seen.waits.push(asked.elapsed());
                seen.acknowledged.push((event, id));
            }
            Answer::Refused => seen.refused.push(event),
        }
    }
    seen
}

fn head(target: &Target, number: usize) -> String {
    let account = &target.accounts[number % target.accounts.len()];
    let connection = CONNECTIONS[number % CONNECTIONS.len()];
    format!(
        "POST /v1/accounts/T112/management/accounts/{account}/connections/{connection}/events HTTP/1.1\r\n\
         host: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n",
        target.address, target.token,
    )
}
