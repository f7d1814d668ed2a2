//! Forgetting answers whose idempotency keys have run out.

use domain::connections::IDEMPOTENCY_RETENTION;

use crate::Service;
use crate::refusal::Failure;

/// Answers forgotten in one transaction, at most.
const FORGET_MAX: usize = 500;

impl Service {
    /// Forgets some of the answers whose idempotency keys have run out; answers whether there may be more.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn forget_old_answers(&self) -> Result<bool, Failure> {
        let before = self.clock.now().minus(IDEMPOTENCY_RETENTION);
        let forgotten = self.storage.forget_answers(before, FORGET_MAX).await?;
        Ok(forgotten == FORGET_MAX)
    }
}
