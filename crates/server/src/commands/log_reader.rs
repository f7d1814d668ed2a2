//! Reading a partner's log in pages, beside a server or without one.

use std::time::Duration;

use domain::{AccountId, OwnerId, PartnerId, Timestamp};
use storage::{LogPage, Reader, StorageError, StoredLogEntry};
use storage_postgres::ReadOnlyPostgres;
use storage_sqlite::ReadOnlySqlite;

use super::CommandError;
use crate::config::{DatabaseUrl, postgres_options};

/// Entries that are read at once.
const PAGE: usize = 1_000;

/// One partner's log, or what of it is about one account.
#[derive(Debug)]
pub(super) struct LogReader {
    reader: Box<dyn Reader>,
    partner: PartnerId,
    account: Option<AccountId>,
}

impl LogReader {
    /// Opens the log of a partner, or the part of it that is about an account, for a command such as `kobling events`.
    ///
    /// # Errors
    /// There is no such database, partner or account.
    pub(super) async fn open(
        url: &DatabaseUrl,
        owner: OwnerId,
        command: &str,
    ) -> Result<Self, CommandError> {
        let reader = open_for_reading(url, command).await?;
        let partner = owner.partner();
        if reader.find_stream(partner).await?.is_none() {
            return Err(format!(
                "there is no partner {partner} in {url}; kobling bootstrap --partner {partner} sets it up"
            )
            .into());
        }
        let account = Some(owner.account()).filter(|account| !account.is_partner_account());
        if let Some(account) = account
            && reader.find_account(account).await?.is_none()
        {
            return Err(format!("there is no account {account} in {url}").into());
        }
        Ok(Self {
            reader,
            partner,
            account,
        })
    }

    /// The partner whose log it is.
    pub(super) fn partner(&self) -> PartnerId {
        self.partner
    }

    /// The `seq` of the log's last entry.
    pub(super) async fn last_seq(&self) -> Result<u64, StorageError> {
        let stream = self.reader.find_stream(self.partner).await?;
        Ok(stream.map_or(0, |stream| stream.last_seq))
    }

    /// The `seq` of the log's last entry: as soon as it is beyond this one, or as it is when so long has passed.
    pub(super) async fn wait(&self, after: u64, at_most: Duration) -> Result<u64, StorageError> {
        self.reader
            .wait_for_entries(self.partner, after, at_most)
            .await
    }

    /// Some entries after a `seq`, oldest first; none when there are no more.
    pub(super) async fn page(&self, after: u64) -> Result<Vec<StoredLogEntry>, StorageError> {
        self.read(after, PAGE).await
    }

    /// All entries after one `seq` and up to another, oldest first. To be asked for few at a time.
    pub(super) async fn between(
        &self,
        after: u64,
        until: u64,
    ) -> Result<Vec<StoredLogEntry>, StorageError> {
        let limit = usize::try_from(until.saturating_sub(after)).unwrap_or(usize::MAX);
        let mut entries = self.read(after, limit).await?;
        entries.retain(|entry| entry.seq <= until);
        Ok(entries)
    }

    /// The `seq` of the last entry that is older than a moment; 0 where there is none. Time never runs backwards in a log,
    /// so it is found by halving.
    pub(super) async fn last_before(&self, moment: Timestamp) -> Result<u64, StorageError> {
        let (mut older, mut newer) = (0, self.last_seq().await? + 1);
        while newer - older > 1 {
            let middle = older + (newer - older) / 2;
            let page = LogPage {
                after: middle - 1,
                limit: 1,
            };
            let found = self.reader.list_log(self.partner, page).await?;
            let is_older = found.first().is_some_and(|entry| entry.at < moment);
            if is_older {
                older = middle;
            } else {
                newer = middle;
            }
        }
        Ok(older)
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<StoredLogEntry>, StorageError> {
        let page = LogPage { after, limit };
        match self.account {
            Some(account) => self.reader.list_account_log(account, page).await,
            None => self.reader.list_log(self.partner, page).await,
        }
    }
}

/// Opens a database beside whoever serves it; nothing is made and nothing is changed.
///
/// # Errors
/// It is not there, or of another schema.
async fn open_for_reading(
    url: &DatabaseUrl,
    command: &str,
) -> Result<Box<dyn Reader>, CommandError> {
    match url {
        DatabaseUrl::Sqlite(path) => Ok(Box::new(ReadOnlySqlite::open(path)?)),
        DatabaseUrl::Postgres(url) => {
            let options = postgres_options(url).named(command);
            Ok(Box::new(ReadOnlyPostgres::open(&options).await?))
        }
    }
}
