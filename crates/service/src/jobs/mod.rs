//! Work in the background. A job is done in portions, each by a function that a test can run to the end.
//!
//! Every node tries to do every job, and does it while it holds the job's lease; when the node is gone, its lease runs out
//! and another one goes on. A node that was stopped for longer may finish a portion while another has begun, so a portion
//! must do no harm when it is done twice.

mod forget_answers;

use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::Service;
use crate::refusal::Failure;

/// A piece of work that one node at a time does for all partners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Forgetting the answers whose idempotency keys have run out.
    ForgetAnswers,
}

/// What came of trying to do a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobRun {
    /// This node did it, and nothing is left for now.
    Done,
    /// It is another node's.
    Elsewhere,
}

impl Job {
    /// All jobs.
    pub const ALL: [Self; 1] = [Self::ForgetAnswers];

    /// The name of its lease.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ForgetAnswers => "forget-answers",
        }
    }

    /// How often it is tried.
    #[must_use]
    pub const fn every(self) -> Duration {
        match self {
            Self::ForgetAnswers => Duration::from_mins(1),
        }
    }

    /// How long its lease is: a node that does its work is never without, and one that is gone is soon missed.
    #[must_use]
    pub fn lease(self) -> Duration {
        self.every() * 3
    }
}

impl Service {
    /// Which of the nodes on the database this one is; made anew at each start.
    #[must_use]
    pub fn node(&self) -> Uuid {
        self.node
    }

    /// Does a job until nothing is left of it, where this node has its lease or gets it.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn run_job(&self, job: Job) -> Result<JobRun, Failure> {
        loop {
            let lease = self
                .storage
                .take_lease(job.name(), self.node, job.lease())
                .await?;
            if !lease {
                return Ok(JobRun::Elsewhere);
            }
            // A third of the lease is spent on portions, and then it is taken anew.
            let taken = Instant::now();
            while taken.elapsed() < job.every() {
                if !self.do_portion(job).await? {
                    return Ok(JobRun::Done);
                }
                tokio::task::yield_now().await;
            }
        }
    }

    /// Lets other nodes do the jobs that this one has the leases of. To be called when it stops.
    ///
    /// # Errors
    /// The database cannot be used. Then the leases run out by themselves.
    pub async fn give_up_jobs(&self) -> Result<(), Failure> {
        for job in Job::ALL {
            self.storage.give_up_lease(job.name(), self.node).await?;
        }
        Ok(())
    }

    /// Answers whether there may be more.
    async fn do_portion(&self, job: Job) -> Result<bool, Failure> {
        match job {
            Job::ForgetAnswers => self.forget_old_answers().await,
        }
    }
}
