//! What a server says of how it keeps what it acknowledges.

use crate::columns::{column, damaged};
use crate::error::Result;
use crate::migrations::SCHEMA_VERSION;
use crate::open::ReadOnlyPostgres;

const FIND: &str = "
    SELECT current_setting('server_version'), current_setting('transaction_read_only') = 'on',
        current_setting('fsync') = 'on', current_setting('full_page_writes') = 'on',
        current_setting('synchronous_commit'), current_setting('synchronous_standby_names')";

/// Settings of a server that decide whether an acknowledged change can be lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerSettings {
    /// Such as `15.18`.
    pub version: String,
    /// Whether it takes no writes.
    pub is_read_only: bool,
    /// Whether what is written reaches the disk.
    pub fsync: bool,
    /// Whether a page that was torn by a crash can be mended.
    pub full_page_writes: bool,
    /// What a commit waits for.
    pub synchronous_commit: String,
    /// Standbys that a commit waits for; empty for none.
    pub standby_names: String,
}

impl ReadOnlyPostgres {
    /// What the server says of itself.
    ///
    /// # Errors
    /// It cannot be asked.
    pub async fn server_settings(&self) -> Result<ServerSettings> {
        self.readers
            .ask(|session| async move {
                let found = session.one(FIND, &[]).await?;
                let row = found.ok_or_else(|| damaged("setting of the server"))?;
                Ok(ServerSettings {
                    version: column(&row, 0)?,
                    is_read_only: column(&row, 1)?,
                    fsync: column(&row, 2)?,
                    full_page_writes: column(&row, 3)?,
                    synchronous_commit: column(&row, 4)?,
                    standby_names: column(&row, 5)?,
                })
            })
            .await
    }

    /// The number of the schema, which this version works with.
    #[must_use]
    pub fn schema_version(&self) -> usize {
        SCHEMA_VERSION
    }
}
