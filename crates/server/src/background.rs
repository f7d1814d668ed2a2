//! The work in the background, while the process serves.

use std::sync::Arc;

use service::Service;
use service::jobs::{Job, JobRun};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

/// What does the work. Where it is dropped, the work stops as well, and nobody waits for that.
#[derive(Debug)]
pub(crate) struct Background {
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

impl Background {
    /// Begins to try every job as often as it wants. To be called inside a Tokio runtime.
    pub(crate) fn start(service: Arc<Service>) -> Self {
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(async move {
            let [forget_answers] = Job::ALL.map(|job| repeat(&service, job));
            tokio::select! {
                () = forget_answers => {}
                _ = stopped => {}
            }
            if let Err(error) = service.give_up_jobs().await {
                tracing::warn!(%error, "the leases of the work in the background were not given up, and run out by themselves");
            }
        });
        Self { stop, ended }
    }

    /// Stops, and lets other nodes do the jobs.
    pub(crate) async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.ended.await {
            tracing::error!(%error, "the work in the background ended before it was told to");
        }
    }
}

async fn repeat(service: &Service, job: Job) {
    let mut ticks = tokio::time::interval(job.every());
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut was_here = false;
    loop {
        ticks.tick().await;
        match service.run_job(job).await {
            Ok(run) => {
                let is_here = run == JobRun::Done;
                if is_here != was_here {
                    let (job, node) = (job.name(), service.node());
                    tracing::debug!(job, %node, here = is_here, "the work in the background has changed hands");
                }
                was_here = is_here;
            }
            Err(error) => {
                tracing::warn!(%error, job = job.name(), "work in the background failed and is tried again");
            }
        }
    }
}
