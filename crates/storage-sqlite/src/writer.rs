//! The write path: one transaction for a whole batch.

use std::sync::Arc;

use domain::log::LogEntry;
use domain::{Change, Clock, Entropy, Needs, View, decide_all};
use rusqlite::ffi::SQLITE_IOERR_WRITE;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use storage::{ClientKey, Durability, SealedEntry, StorageError, WriteError};

use crate::error::{OrStorageError, Result, from_sqlite};
use crate::existing::beside;
use crate::figures::Figures;
use crate::others::Others;
use crate::place::Place;
use crate::remembered_rows::RememberedRows;
use crate::wal::Checkpointer;
use crate::{
    accounts, answers, clients, connections, grants, log_entries, room, signing_keys, streams,
};

/// The one connection that changes what is stored.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) db: Connection,
    pub(crate) checkpointer: Checkpointer,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) others: Arc<Others>,
    pub(crate) rows: RememberedRows,
    pub(crate) figures: Arc<Figures>,
    pub(crate) durability: Arc<Durability>,
    pub(crate) place: Place,
}

impl Writer {
    /// Makes all changes in one durable transaction, or none of them.
    pub(crate) fn write(
        &mut self,
        changes: &mut [&mut dyn Change],
    ) -> std::result::Result<(), WriteError> {
        let written = self.write_batch(changes);
        match written {
            Ok(view) => self.rows.keep(view),
            Err(error) => {
                self.rows.forget();
                self.durability.failed();
                return Err(error);
            }
        }
        self.checkpointer.after_commit(&self.db);
        Ok(())
    }

    /// Makes something durable that changes nothing, as a batch would be made durable.
    pub(crate) fn try_to_commit(&mut self) -> Result<()> {
        let tried = self.commit_nothing();
        match tried {
            Ok(()) => self.durability.committed(),
            Err(_) => self.durability.failed(),
        }
        tried
    }

    fn commit_nothing(&mut self) -> Result<()> {
        self.place.check()?;
        if self.durability.has_failed() {
            let checked = room::check(&beside(self.place.database(), "-room"));
            checked.map_err(|error| {
                StorageError::Unavailable(format!("its disk takes nothing more: {error}"))
            })?;
        }
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .or_storage_error()?;
        write_again(&transaction).or_storage_error()?;
        transaction.commit().or_storage_error()?;
        self.place.check()?;
        self.checkpointer.after_commit(&self.db);
        Ok(())
    }

    /// Answers the rows as they are after the batch.
    fn write_batch(
        &mut self,
        changes: &mut [&mut dyn Change],
    ) -> std::result::Result<View, WriteError> {
        self.place.check()?;
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .or_storage_error()?;
        self.rows.trust_only(self.others.look(&transaction)?);
        let mut view = load(&transaction, &self.rows, changes)?;
        let entries = decide_all(&mut view, changes, self.clock.now());
        if entries.is_empty() {
            transaction.rollback().or_storage_error()?;
            return Ok(view);
        }
        store(&transaction, &view)?;
        for entry in &entries {
            append(&transaction, entry, self.entropy.as_ref())?;
        }
        commit(transaction)?;
        let still_there = self.place.check();
        still_there.map_err(|error| WriteError::OutcomeUnknown(error.to_string()))?;
        self.durability.committed();
        self.figures.committed(entries.len());
        Ok(view)
    }
}

/// Writes the first page as it is, so that the commit has something to make durable. A row that does not change would not
/// do: SQLite leaves its page alone.
fn write_again(db: &Connection) -> rusqlite::Result<()> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    db.pragma_update(None, "user_version", version)
}

/// A failed commit leaves nothing, unless it failed while the log was being made durable, or after that.
fn commit(transaction: Transaction<'_>) -> std::result::Result<(), WriteError> {
    transaction.commit().map_err(|error| {
        let code = error.sqlite_error().map(|error| error.extended_code);
        match error.sqlite_error_code() {
            // Pages could not be appended to the log, so what closes a transaction there was not either.
            Some(ErrorCode::SystemIoFailure) if code == Some(SQLITE_IOERR_WRITE) => {
                WriteError::NotWritten(from_sqlite(&error))
            }
            Some(ErrorCode::SystemIoFailure) => WriteError::OutcomeUnknown(error.to_string()),
            _ => WriteError::NotWritten(from_sqlite(&error)),
        }
    })
}

fn append(db: &Connection, entry: &LogEntry, entropy: &dyn Entropy) -> Result<()> {
    let sealed = SealedEntry::seal(entry, entropy).map_err(StorageError::from)?;
    log_entries::insert(db, entry, &sealed)
}

/// Reads every row that the batch names and that is not remembered.
fn load(db: &Connection, rows: &RememberedRows, changes: &[&mut dyn Change]) -> Result<View> {
    let mut needs = Needs::default();
    for change in changes {
        needs.streams.insert(change.partner());
        change.needs(&mut needs);
    }
    let mut view = View::default();
    for partner in needs.streams {
        view.streams.load(partner, streams::find(db, partner)?);
    }
    for account in needs.accounts {
        let state = match rows.accounts.get(&account) {
            Some(state) => Some(state.clone()),
            None => accounts::find_state(db, account)?,
        };
        view.accounts.load(account, state);
    }
    for key in needs.connections {
        let connection = match rows.connections.get(&key) {
            Some(connection) => Some(connection.clone()),
            None => connections::find(db, key.0, key.1)?,
        };
        view.connections.load(key, connection);
    }
    for key in needs.answers {
        view.answers.load(key, answers::find(db, key.0, key.1)?);
    }
    for (partner, client_id) in needs.client_ids {
        let id = clients::find_id(db, partner, &client_id)?;
        view.client_ids.load((partner, client_id), id);
    }
    for key in needs.clients {
        view.clients
            .load(key, clients::find(db, key.0, &ClientKey::Id(key.1))?);
        for grant in grants::of_client(db, key.0, key.1)? {
            view.grants.load((key.0, grant.id), Some(grant));
        }
    }
    for key in needs.grants {
        view.grants.load(key, grants::find(db, key.0, key.1)?);
    }
    for partner in needs.signing_keys {
        for key in signing_keys::list(db, partner)? {
            view.signing_keys
                .load((partner, key.kid.clone()), Some(key));
        }
    }
    Ok(view)
}

/// Writes every changed row once, in its final state.
fn store(db: &Connection, view: &View) -> Result<()> {
    for (partner, stream) in view.streams.changed() {
        if let Some(stream) = stream {
            streams::store(db, *partner, stream)?;
        }
    }
    for account in &view.accounts_added {
        if let Some(state) = view.accounts.get(&account.id) {
            accounts::insert(db, account, state)?;
        }
    }
    for (id, state) in view.accounts.changed() {
        if let Some(state) = state {
            accounts::update_state(db, *id, state)?;
        }
    }
    for ((account, name), connection) in view.connections.changed() {
        if let Some(connection) = connection {
            connections::store(db, *account, *name, connection)?;
        }
    }
    for ((partner, key), answer) in view.answers.changed() {
        if let Some(answer) = answer {
            answers::store(db, *partner, *key, answer)?;
        }
    }
    store_access(db, view)
}

/// Deletions first, so that a `client_id` may change hands within a batch.
fn store_access(db: &Connection, view: &View) -> Result<()> {
    for ((partner, id), client) in view.clients.changed() {
        if client.is_none() {
            clients::delete(db, *partner, *id)?;
        }
    }
    for ((partner, id), grant) in view.grants.changed() {
        if grant.is_none() {
            grants::delete(db, *partner, *id)?;
        }
    }
    for (_, client) in view.clients.changed() {
        if let Some(client) = client {
            clients::insert(db, client)?;
        }
    }
    for (_, grant) in view.grants.changed() {
        if let Some(grant) = grant {
            grants::insert(db, grant)?;
        }
    }
    for ((partner, _), key) in view.signing_keys.changed() {
        if let Some(key) = key {
            signing_keys::insert(db, *partner, key)?;
        }
    }
    Ok(())
}
