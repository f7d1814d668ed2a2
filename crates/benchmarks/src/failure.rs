//! Why a run stopped.

use std::fmt::Display;

/// Why a run stopped, in a sentence for the person who started it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Failure(pub(crate) String);

pub(crate) type Result<T> = std::result::Result<T, Failure>;
pub(crate) type Outcome = Result<()>;

/// Says what was being done when something went wrong.
pub(crate) trait While<T> {
    fn while_doing(self, what: impl Display) -> Result<T>;
}

impl<T, E: Display> While<T> for std::result::Result<T, E> {
    fn while_doing(self, what: impl Display) -> Result<T> {
        self.map_err(|error| Failure(format!("{what}: {error}")))
    }
}

impl<T> While<T> for Option<T> {
    fn while_doing(self, what: impl Display) -> Result<T> {
        self.ok_or_else(|| Failure(format!("{what}: it is missing")))
    }
}
