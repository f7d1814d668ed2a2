//! What a batch sends: the rows it needs, and the rows it changed. However many there are, the number of statements stays
//! the same, and they travel together.

use std::collections::HashMap;
use std::hash::Hash;

use domain::accounts::Account;
use domain::log::LogEntry;
use domain::{Needs, PartnerId, Stream, View};
use storage::SealedEntry;

use crate::error::Result;
use crate::session::Batch;
use crate::{accounts, answers, clients, connections, grants, log_entries, signing_keys, streams};

/// Everything that a batch can send, to be prepared beforehand.
pub(crate) const STATEMENTS: &[&str] = &[
    streams::LOCK,
    streams::INSERT,
    streams::UPDATE,
    accounts::FIND_STATES,
    accounts::INSERT,
    accounts::INSERT_DOCUMENTS,
    accounts::UPDATE_STATES,
    answers::FIND,
    answers::STORE,
    clients::FIND,
    clients::FIND_IDS,
    clients::INSERT,
    clients::DELETE,
    connections::FIND_ALL,
    connections::STORE,
    grants::FIND,
    grants::OF_CLIENTS,
    grants::INSERT,
    grants::DELETE,
    log_entries::INSERT,
    signing_keys::OF_PARTNERS,
    signing_keys::INSERT,
];

/// Begins the transaction, takes the partners, and reads every row that the batch names, in one round trip.
///
/// The server runs the statements in the order in which they were sent, each on what is committed when it begins. So all
/// rows are read after the partners were taken, and nobody changes them until this transaction ends.
pub(crate) async fn load(batch: Batch<'_>, needs: Needs) -> Result<View> {
    let partners: Vec<String> = needs.streams.iter().map(PartnerId::to_string).collect();
    let accounts: Vec<_> = needs.accounts.iter().copied().collect();
    let connections: Vec<_> = needs.connections.iter().copied().collect();
    let answers: Vec<_> = needs.answers.iter().copied().collect();
    let client_ids: Vec<_> = needs.client_ids.iter().cloned().collect();
    let clients: Vec<_> = needs.clients.iter().copied().collect();
    let grants: Vec<_> = needs.grants.iter().copied().collect();
    let key_owners: Vec<_> = needs.signing_keys.iter().copied().collect();
    let found = tokio::join!(
        biased;
        batch.begin(),
        streams::lock(batch, &partners),
        accounts::find_states(batch, &accounts),
        connections::find_all(batch, &connections),
        answers::find_all(batch, &answers),
        clients::find_ids(batch, &client_ids),
        clients::find_all(batch, &clients),
        grants::of_clients(batch, &clients),
        grants::find_all(batch, &grants),
        signing_keys::of_partners(batch, &key_owners),
    );
    found.0?;
    let mut view = View::default();
    take_in(needs.streams, found.1?, |key, row| {
        view.streams.load(key, row)
    });
    take_in(accounts, found.2?, |key, row| view.accounts.load(key, row));
    take_in(connections, found.3?, |key, row| {
        view.connections.load(key, row);
    });
    take_in(answers, found.4?, |key, row| view.answers.load(key, row));
    take_in(client_ids, found.5?, |key, row| {
        view.client_ids.load(key, row);
    });
    let found_clients = found.6?.into_iter();
    let found_clients = found_clients.map(|row| ((row.account.partner(), row.id), row));
    take_in(clients, found_clients.collect(), |key, row| {
        view.clients.load(key, row);
    });
    let of_clients = found.7?.into_iter();
    let by_key = |grant: domain::grants::Grant| ((grant.account.partner(), grant.id), grant);
    take_in(
        grants,
        found.8?.into_iter().map(by_key).collect(),
        |key, row| {
            view.grants.load(key, row);
        },
    );
    for (key, grant) in of_clients.map(by_key) {
        view.grants.load(key, Some(grant));
    }
    for (partner, key) in found.9? {
        view.signing_keys
            .load((partner, key.kid.clone()), Some(key));
    }
    Ok(view)
}

/// Every key that was asked for, with its row or without one.
fn take_in<K: Eq + Hash, V>(
    asked: impl IntoIterator<Item = K>,
    found: Vec<(K, V)>,
    mut load: impl FnMut(K, Option<V>),
) {
    let mut found: HashMap<K, V> = found.into_iter().collect();
    for key in asked {
        let row = found.remove(&key);
        load(key, row);
    }
}

/// Writes every changed row once, in its final state, and all entries, and commits, in one round trip.
///
/// Deletions go first, so that a `client_id` may change hands within a batch.
pub(crate) async fn store<'a>(
    batch: Batch<'_>,
    view: &'a View,
    known: &[PartnerId],
    entries: &[(LogEntry, SealedEntry)],
) -> Result<()> {
    let rows = view.streams.changed();
    let streams = rows.filter_map(|(key, row)| row.map(|row| (*key, row)));
    let (old, new): (Vec<_>, Vec<_>) =
        streams.partition(|(partner, _): &(PartnerId, &Stream)| known.contains(partner));
    let added = &view.accounts_added;
    let is_added = |id| added.iter().any(|account| account.id == id);
    let states = view.accounts.changed();
    let states: Vec<_> = states
        .filter_map(|(id, row)| row.map(|row| (*id, row)))
        .filter(|(id, _)| !is_added(*id))
        .collect();
    let with_state =
        |account: &'a Account| -> Option<_> { Some((account, view.accounts.get(&account.id)?)) };
    let inserted: Vec<_> = added.iter().filter_map(with_state).collect();
    let documents: Vec<_> = added.iter().collect();
    let connections = view.connections.changed();
    let connections: Vec<_> = connections
        .filter_map(|(key, row)| row.map(|row| (*key, row)))
        .collect();
    let answers = view.answers.changed();
    let answers: Vec<_> = answers
        .filter_map(|(key, row)| row.map(|row| (*key, row)))
        .collect();
    let clients = split(view.clients.changed());
    let grants = split(view.grants.changed());
    let keys = view.signing_keys.changed();
    let keys: Vec<_> = keys
        .filter_map(|((partner, _), row)| row.map(|row| (*partner, row)))
        .collect();
    let stored = tokio::join!(
        biased;
        streams::insert(batch, &new),
        streams::update(batch, &old),
        accounts::insert(batch, &inserted),
        accounts::insert_documents(batch, &documents),
        accounts::update_states(batch, &states),
        connections::store(batch, &connections),
        answers::store(batch, &answers),
        clients::delete(batch, &clients.deleted),
        grants::delete(batch, &grants.deleted),
        clients::insert(batch, &clients.kept),
        grants::insert(batch, &grants.kept),
        signing_keys::insert(batch, &keys),
        log_entries::insert(batch, entries),
        batch.commit(),
    );
    let (a, b, c, d, e, f, g, h, i, j, k, l, m, committed) = stored;
    [a, b, c, d, e, f, g, h, i, j, k, l, m, committed]
        .into_iter()
        .collect()
}

/// Rows to be deleted, by key, and rows to be written.
struct Split<'a, K, V> {
    deleted: Vec<K>,
    kept: Vec<&'a V>,
}

fn split<'a, K: Copy + 'a, V: 'a>(
    changed: impl Iterator<Item = (&'a K, Option<&'a V>)>,
) -> Split<'a, K, V> {
    let mut split = Split {
        deleted: Vec::new(),
        kept: Vec::new(),
    };
    for (key, row) in changed {
        match row {
            Some(row) => split.kept.push(row),
            None => split.deleted.push(*key),
        }
    }
    split
}
