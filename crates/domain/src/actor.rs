//! Who made a change, and whether that caller may still be believed.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;
use uuid::Uuid;

use crate::ids::PartnerId;
use crate::view::View;

/// Who made a change: the `id` of an API client, or the name of a command such as `bootstrap`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Actor(Arc<str>);

/// The maker of a change, and the auth epoch at which its rights were last looked up.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Stands in the log and in `created_by`.
    pub actor: Actor,
    /// The epoch that the caller's rights are true of; none for a command run on the machine itself.
    pub auth_epoch: Option<u64>,
}

/// Access was changed after the caller's rights were looked up; they must be looked up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("access was changed since the caller's rights were looked up")]
pub struct CallerStale;

/// A refusal that may only mean that the caller's rights must be looked up again.
pub trait MayBeStale {
    /// Whether it means that.
    fn is_stale(&self) -> bool;
}

impl MayBeStale for Infallible {
    fn is_stale(&self) -> bool {
        false
    }
}

impl Actor {
    /// An API client.
    #[must_use]
    pub fn client(id: Uuid) -> Self {
        Self(id.to_string().into())
    }

    /// A name as stored, or that of a command.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self(name.into())
    }

    /// As it stands in `created_by`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Caller {
    /// A command run on the machine itself, which needs no token.
    #[must_use]
    pub fn command(name: &str) -> Self {
        Self {
            actor: Actor::named(name),
            auth_epoch: None,
        }
    }

    /// Refuses a caller whose rights were looked up at another epoch than the present one.
    ///
    /// # Errors
    /// [`CallerStale`] when access was changed meanwhile.
    pub fn require_current(&self, view: &View, partner: PartnerId) -> Result<(), CallerStale> {
        let present = view
            .streams
            .get(&partner)
            .map_or(0, |stream| stream.auth_epoch);
        match self.auth_epoch {
            Some(epoch) if epoch != present => Err(CallerStale),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
