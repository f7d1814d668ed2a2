//! What a server says of its readiness while something goes on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

/// Asks the listener of the API and that of the metrics once a second, and once at least. `progress` hears of it.
pub(super) async fn ask_while(
    process: &Process,
    going_on: impl Future<Output = Seen>,
    progress: &impl Fn(&str),
) -> (Seen, [Readiness; 2]) {
    let is_over = Arc::new(AtomicBool::new(false));
    let askers = [process.address, process.metrics_address.unwrap()].map(|listener| {
        let is_over = Arc::clone(&is_over);
        std::thread::spawn(move || ask_until(listener, &is_over))
    });
    let mut second = tokio::time::interval(Duration::from_secs(1));
    tokio::pin!(going_on);
    let seen = loop {
        tokio::select! {
            seen = &mut going_on => break seen,
            _ = second.tick() => {
                let memory = process.memory_kib("VmRSS") / 1024;
                progress(&format!("{memory} MiB"));
            }
        }
    };
    is_over.store(true, Ordering::Relaxed);
    let found = askers.map(|asker| tokio::task::spawn_blocking(|| asker.join().unwrap()));
    let [here, beside] = found;
    (seen, [here.await.unwrap(), beside.await.unwrap()])
}

/// On a thread of its own: where all callers of a flood are, a question would wait for them and not for the server.
fn ask_until(listener: SocketAddr, is_over: &AtomicBool) -> Readiness {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    runtime.block_on(async {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut readiness = Readiness::default();
        let mut second = tokio::time::interval(Duration::from_secs(1));
        while !is_over.load(Ordering::Relaxed) || readiness.asked == 0 {
            second.tick().await;
            readiness.ask(&http, listener).await;
        }
        readiness
    })
}
