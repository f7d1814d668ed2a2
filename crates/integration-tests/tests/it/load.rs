//! Clients that report without pause while something befalls the service, and what must have come of each report.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::commands::program::Caller;

/// Who reports at the same time.
const CLIENTS: usize = 4;

/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the clients were answered.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) acknowledged: Vec<String>,
    pub(crate) refused: Vec<String>,
    /// Without an answer, or with the answer that nobody knows: stored once, or not at all.
    pub(crate) unknown: Vec<String>,
}

/// Clients that report until they are told to stop, or until no answer comes.
#[derive(Debug)]
pub(crate) struct Load {
    ledger: Arc<Mutex<Ledger>>,
    counts: watch::Receiver<(usize, usize)>,
    stop: watch::Sender<bool>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    pub(crate) fn start(caller: &Caller, account: &str) -> Self {
        Self::named("client", caller, account)
    }

    /// With a name of its own, where there are several.
    pub(crate) fn named(name: &'static str, caller: &Caller, account: &str) -> Self {
        let ledger = Arc::new(Mutex::new(Ledger::default()));
        let (counted, counts) = watch::channel((0, 0));
        let (stop, stopped) = watch::channel(false);
        let counted = Arc::new(counted);
        let clients = (0..CLIENTS).map(|client| {
            let (caller, account) = (caller.clone(), account.to_owned());
            let (ledger, counted) = (Arc::clone(&ledger), Arc::clone(&counted));
            let stopped = stopped.clone();
            tokio::spawn(async move {
                for number in 0.. {
                    if *stopped.borrow() {
                        return;
                    }
                    let event = format!("{name} {client}, report {number}");
                    let answer = caller.ask_to_report(&account, "vipps", &event).await;
                    let mut ledger = ledger.lock().unwrap();
                    match answer {
                        None => {
                            ledger.unknown.push(event);
                            return;
                        }
                        Some(answer) if answer.status == 200 => ledger.acknowledged.push(event),
                        Some(answer) if answer.is_of_unknown_outcome() => {
                            ledger.unknown.push(event);
                        }
                        Some(answer) => {
                            answer.assert_unavailable();
                            ledger.refused.push(event);
                        }
                    }
                    counted.send_replace((ledger.acknowledged.len(), ledger.refused.len()));
                }
            })
        });
        let clients = clients.collect();
        Self {
            ledger,
            counts,
            stop,
            clients,
        }
    }

    /// Waits until so many more reports were acknowledged.
    pub(crate) async fn more_acknowledged(&self, more: usize) {
        let before = self.counts.borrow().0;
        self.reached(|(acknowledged, _)| acknowledged >= before + more)
            .await;
    }

    /// Waits until so many more reports were refused.
    pub(crate) async fn more_refused(&self, more: usize) {
        let before = self.counts.borrow().1;
        self.reached(|(_, refused)| refused >= before + more).await;
    }

    async fn reached(&self, is_reached: impl Fn((usize, usize)) -> bool) {
        let mut counts = self.counts.clone();
        let reached = counts.wait_for(|counts| is_reached(*counts));
        let waited = tokio::time::timeout(PATIENCE, reached).await;
        let waited = waited.map(|reached| reached.map(drop));
        assert!(matches!(waited, Ok(Ok(()))), "{:?}", self.counts);
    }

    /// Stops, and answers what is known.
    pub(crate) async fn stop(self) -> Ledger {
        // Nobody listens where all have stopped by themselves.
        let _ = self.stop.send(true);
        for client in self.clients {
            client.await.unwrap();
        }
        std::mem::take(&mut *self.ledger.lock().unwrap())
    }

    /// Stops, and holds the log of T112 against what was answered. Everybody was told what became of his report.
    pub(crate) async fn stop_and_check(self, caller: &Caller) {
        let ledger = self.stop().await;
        assert_eq!(ledger.unknown, Vec::<String>::new());
        ledger.check(&caller.log().await);
    }
}

impl Ledger {
    /// What both know.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.acknowledged.extend(other.acknowledged);
        self.refused.extend(other.refused);
        self.unknown.extend(other.unknown);
        self
    }

    /// Holds a log against what was answered.
    pub(crate) fn check(&self, log: &[Value]) {
        let mut stored: HashMap<String, usize> = HashMap::new();
        for entry in log {
            if let Some(event) = entry["data"]["event"]["event"].as_str() {
                *stored.entry(event.to_owned()).or_default() += 1;
            }
        }
        assert_times_never_run_back(log);
        for event in &self.acknowledged {
            assert_eq!(stored.remove(event), Some(1), "acknowledged: {event}");
        }
        for event in &self.refused {
            assert_eq!(stored.get(event), None, "refused: {event}");
        }
        for event in &self.unknown {
            assert!(matches!(stored.remove(event), None | Some(1)), "{event}");
        }
        assert!(stored.is_empty(), "nobody reported {stored:?}");
    }
}

fn assert_times_never_run_back(log: &[Value]) {
    let times: Vec<&str> = log
        .iter()
        .map(|entry| entry["time"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
}
