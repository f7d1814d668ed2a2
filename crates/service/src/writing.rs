//! Writing on behalf of a caller, whose rights may have changed since they were looked up.

use domain::{Caller, Decide, MayBeStale};

use crate::Service;
use crate::access::Identity;
use crate::refusal::{Denied, Failure, Refusal};
use crate::request;

/// How often a change is tried again because access kept changing under it.
const RETRIES_MAX: usize = 5;

impl Service {
    /// Makes a change in the caller's name.
    ///
    /// `authorise` says whether the caller may, and makes the change. When the transaction finds that access was
    /// changed since the caller's rights were looked up, they are looked up again and `authorise` is asked anew.
    pub(crate) async fn write_for<D>(
        &self,
        identity: &Identity,
        authorise: impl Fn(&Identity, Caller) -> Result<D, Denied>,
    ) -> Result<D::Done, Refusal<D::Refused>>
    where
        D: Decide + 'static,
        D::Refused: MayBeStale,
    {
        let mut identity = identity.clone();
        for _ in 0..RETRIES_MAX {
            let change = authorise(&identity, identity.caller())?;
            match request::step("write", self.lanes.submit(change)).await? {
                Ok(done) => return Ok(done),
                Err(refused) if refused.is_stale() => identity = self.renew(&identity).await?,
                Err(refused) => return Err(Refusal::Refused(refused)),
            }
        }
        Err(Failure::Unavailable("access is being changed all the time".to_owned()).into())
    }

    /// Makes a change that a command on the machine itself asks for.
    pub(crate) async fn write_locally<D>(&self, change: D) -> Result<D::Done, Refusal<D::Refused>>
    where
        D: Decide + 'static,
    {
        self.lanes.submit(change).await?.map_err(Refusal::Refused)
    }
}
