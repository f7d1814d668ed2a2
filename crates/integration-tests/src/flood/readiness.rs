//! What a server says of its readiness while something goes on.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use super::Seen;
use crate::process::Process;

/// Questions to one listener, and the answers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Readiness {
    /// Questions that were answered.
    pub asked: usize,
    /// Those of them that were answered with yes.
    pub ready: usize,
    /// The longest time that an answer took.
    pub wait: Duration,
}

impl Readiness {
    async fn ask(&mut self, http: &reqwest::Client, listener: SocketAddr) {
        let began = Instant::now();
        let asking = http.get(format!("http://{listener}/health/ready"));
        let answer = asking.send().await.unwrap();
        self.asked += 1;
        self.ready += usize::from(answer.status() == 200);
        self.wait = self.wait.max(began.elapsed());
    }
}

/// Asks the listener of the metrics and that of the API once a second, the first one once at least. A question that is
/// open at the end is dropped.
pub(super) async fn ask_while(
    process: &Process,
    going_on: impl Future<Output = Seen>,
    progress: &impl Fn(&str),
) -> (Seen, [Readiness; 2]) {
    // Connections of their own, since new ones stand in the queue of the listener behind those of the flood.
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let beside_listener = process.metrics_address.unwrap();
    let (mut here, mut beside) = (Readiness::default(), Readiness::default());
    let mut second = tokio::time::interval(Duration::from_secs(1));
    tokio::pin!(going_on);
    loop {
        let asking = async {
            second.tick().await;
            beside.ask(&http, beside_listener).await;
            here.ask(&http, process.address).await;
        };
        tokio::select! {
            seen = &mut going_on => return (seen, [here, beside]),
            () = asking => {}
        }
        let memory = process.memory_kib("VmRSS") / 1024;
        progress(&format!(
            "{memory} MiB; ready so far: {} of {} (beside: {} of {})",
            here.ready, here.asked, beside.ready, beside.asked,
        ));
    }
}
