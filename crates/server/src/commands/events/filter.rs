//! Which entries of the log are listed.

use domain::connections::{ConnectionEvent, ConnectionName, ConnectionStatus};
use domain::log::FactKind;
use storage::{StorageError, StoredLogEntry, decode_event};

/// What entries must be to be listed.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    pub(super) connection: Option<ConnectionName>,
    pub(super) status: Option<ConnectionStatus>,
    pub(super) all: bool,
}

impl Filter {
    /// The event of an entry that is wanted; of an entry of another kind, nothing within the answer.
    pub(super) fn wanted(
        &self,
        entry: &StoredLogEntry,
    ) -> Result<Option<Option<ConnectionEvent>>, StorageError> {
        if entry.kind != FactKind::ConnectionEventRecorded {
            return Ok(self.all.then_some(None));
        }
        if self.connection.is_some() && self.connection != entry.subject.connection {
            return Ok(None);
        }
        let event = decode_event(entry.payload.as_str())?;
        let is_wanted = self
            .status
            .is_none_or(|status| status == event.reported.status);
        Ok(is_wanted.then_some(Some(event)))
    }
}
