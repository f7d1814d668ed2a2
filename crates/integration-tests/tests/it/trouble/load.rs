//! Clients that report without pause while something befalls the server, and what must have come of each report.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::commands::program::Caller;

/// Who reports at the same time.
const CLIENTS: usize = 4;

/// What the clients were answered.
#[derive(Debug, Default)]
struct Ledger {
    acknowledged: Vec<String>,
    refused: Vec<String>,
}

/// Clients that report until they are told to stop.
#[derive(Debug)]
pub(super) struct Load {
    ledger: Arc<Mutex<Ledger>>,
    counts: watch::Receiver<(usize, usize)>,
    stop: watch::Sender<bool>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    pub(super) fn start(caller: &Caller, account: &str) -> Self {
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
                    let event = format!("client {client}, report {number}");
                    let answer = caller.try_to_report(&account, "vipps", &event).await;
                    let mut ledger = ledger.lock().unwrap();
                    if answer.status == 200 {
                        ledger.acknowledged.push(event);
                    } else {
                        answer.assert_unavailable();
                        ledger.refused.push(event);
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
    pub(super) async fn more_acknowledged(&self, more: usize) {
        let before = self.counts.borrow().0;
        let mut counts = self.counts.clone();
        let reached = counts.wait_for(|(acknowledged, _)| *acknowledged >= before + more);
        reached.await.unwrap();
    }

    /// Waits until so many more reports were refused.
    pub(super) async fn more_refused(&self, more: usize) {
        let before = self.counts.borrow().1;
        let mut counts = self.counts.clone();
        let reached = counts.wait_for(|(_, refused)| *refused >= before + more);
        reached.await.unwrap();
    }

    /// Stops, and holds the log of T112 against what was answered.
    pub(super) async fn stop_and_check(self, caller: &Caller) {
        self.stop.send(true).unwrap();
        for client in self.clients {
            client.await.unwrap();
        }
        let mut stored: HashMap<String, usize> = HashMap::new();
        let log = caller.log().await;
        for entry in &log {
            if let Some(event) = entry["data"]["event"]["event"].as_str() {
                *stored.entry(event.to_owned()).or_default() += 1;
            }
        }
        assert_times_never_run_back(&log);
        let ledger = self.ledger.lock().unwrap();
        for event in &ledger.acknowledged {
            assert_eq!(stored.get(event), Some(&1), "acknowledged: {event}");
        }
        for event in &ledger.refused {
            assert_eq!(stored.get(event), None, "refused: {event}");
        }
        assert_eq!(stored.len(), ledger.acknowledged.len());
    }
}

pub(super) fn assert_times_never_run_back(log: &[Value]) {
    let times: Vec<&str> = log
        .iter()
        .map(|entry| entry["time"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
}
