//! Rows that the writer keeps in memory between two batches, so that a batch reads only what it has not seen before.
//!
//! They are true as long as nobody else has written: SQLite's `data_version` says so, looked at inside the transaction.
//! Stream rows are not among them; they are read in every transaction.

use std::hash::Hash;

use domain::accounts::AccountState;
use domain::connections::{Connection, ConnectionName};
use domain::{AccountId, View};
use quick_cache::unsync::Cache;

/// Rows of one table that are kept, at most.
const ROWS_MAX: usize = 1 << 17;

/// Rows as they were after the last batch.
#[derive(Debug)]
pub(crate) struct RememberedRows {
    pub(crate) accounts: Cache<AccountId, AccountState>,
    pub(crate) connections: Cache<(AccountId, ConnectionName), Connection>,
    /// The `data_version` as of which they are true.
    true_at: Option<u64>,
}

impl RememberedRows {
    pub(crate) fn new() -> Self {
        Self {
            accounts: Cache::new(ROWS_MAX),
            connections: Cache::new(ROWS_MAX),
            true_at: None,
        }
    }

    /// Forgets everything unless nobody else has written since.
    pub(crate) fn trust_only(&mut self, data_version: u64) {
        if self.true_at.replace(data_version) != Some(data_version) {
            self.accounts.clear();
            self.connections.clear();
        }
    }

    /// To be called when it is not known what a transaction has left behind.
    pub(crate) fn forget(&mut self) {
        self.true_at = None;
    }

    /// Takes over the rows of a committed batch in their final state.
    pub(crate) fn keep(&mut self, view: View) {
        keep_all(&mut self.accounts, view.accounts.into_values());
        keep_all(&mut self.connections, view.connections.into_values());
    }
}

fn keep_all<K: Eq + Hash, V>(kept: &mut Cache<K, V>, rows: impl Iterator<Item = (K, Option<V>)>) {
    for (key, row) in rows {
        match row {
            Some(row) => kept.insert(key, row),
            None => drop(kept.remove(&key)),
        }
    }
}
