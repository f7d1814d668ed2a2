//! The engine: what `storage::Storage` has beside the reads.

use std::time::Duration;

use async_trait::async_trait;
use domain::{Change, Timestamp};
use storage::{Installation, Storage, StorageFigures, WriteError};
use uuid::Uuid;

use crate::columns::damaged;
use crate::error::Result;
use crate::open::PostgresStorage;
use crate::{answers, installation, leases};

#[async_trait]
impl Storage for PostgresStorage {
    async fn write(&self, changes: &mut [&mut dyn Change]) -> std::result::Result<(), WriteError> {
        self.writing.write(changes).await
    }

    fn partners_per_batch_max(&self) -> usize {
        self.writing.partners_per_batch_max
    }

    async fn check_writes(&self) -> Result<()> {
        if self.writing.durability.is_known() {
            return Ok(());
        }
        let has_failed = self.writing.durability.has_failed();
        let checked = self
            .writing
            .ask(async |session| {
                if has_failed {
                    installation::take_room(session).await?;
                }
                installation::write_again(session).await
            })
            .await;
        match checked {
            Ok(()) => self.writing.durability.committed(),
            Err(_) => self.writing.durability.failed(),
        }
        checked
    }

    /// Other nodes write whenever they like, and nothing tells in time.
    fn changes_of_others(&self) -> Option<u64> {
        None
    }

    async fn set_up(&self, wanted: Installation) -> Result<Installation> {
        self.writing
            .ask(async |session| {
                installation::insert_if_missing(session, &wanted).await?;
                let stands = installation::find(session).await?;
                stands.ok_or_else(|| damaged("installation"))
            })
            .await
    }

    async fn forget_answers(&self, before: Timestamp, limit: usize) -> Result<usize> {
        self.writing
            .ask(async |session| answers::delete_before(session, before, limit).await)
            .await
    }

    async fn take_lease(&self, name: &str, holder: Uuid, lasting: Duration) -> Result<bool> {
        self.writing
            .ask(async |session| leases::take(session, name, holder, lasting).await)
            .await
    }

    async fn give_up_lease(&self, name: &str, holder: Uuid) -> Result<()> {
        self.writing
            .ask(async |session| leases::give_up(session, name, holder).await)
            .await
    }

    fn figures(&self) -> StorageFigures {
        self.read_figures()
    }
}
