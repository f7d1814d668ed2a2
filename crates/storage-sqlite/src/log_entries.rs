//! The table of log entries: appended to, never altered.

use domain::log::{FactKind, LogEntry, Subject};
use domain::{AccountId, JsonText, PartnerId};
use rusqlite::{Connection, Row, params};
use storage::{LogPage, SealedEntry, StoredLogEntry};

use crate::columns::{
    account, actor, bytes, connection_name, damaged, millis, optional_unsigned, position, signed,
    text, time, unsigned,
};
use crate::error::Result;
use crate::{accounts, chain, connections, query};

/// An entry on the way along a chain.
#[derive(Debug)]
pub(crate) struct LinkedEntry {
    pub(crate) index: u64,
    pub(crate) previous_seq: Option<u64>,
    pub(crate) kind: FactKind,
    pub(crate) payload: String,
}

pub(crate) fn insert(db: &Connection, entry: &LogEntry, sealed: &SealedEntry) -> Result<()> {
    let sql = "INSERT INTO log_entries (position, at, kind, actor, account, connection, link_index,
             previous_seq, jump_seq, salt, content_hash, payload)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    let values = params![
        position(entry.partner, entry.seq),
        millis(entry.at),
        entry.fact.kind().name(),
        entry.actor.as_str(),
        entry.subject.account.number(),
        entry.subject.connection.map(|name| name.as_str()),
        signed(entry.link.index),
        entry.link.previous_seq.map(signed),
        entry.link.jump_seq.map(signed),
        sealed.salt,
        sealed.content_hash,
        sealed.payload,
    ];
    query::execute(db, sql, values).map(drop)
}

/// The entry that a link leads to.
pub(crate) fn linked(db: &Connection, partner: PartnerId, seq: u64) -> Result<LinkedEntry> {
    let sql = "SELECT link_index, previous_seq, kind, payload FROM log_entries
         WHERE position = ?1";
    let found = query::one(db, sql, params![position(partner, seq)], |row| {
        Ok(LinkedEntry {
            index: unsigned(row, 0)?,
            previous_seq: optional_unsigned(row, 1)?,
            kind: kind(row, 2)?,
            payload: text(row, 3, |text| Ok(text.to_owned()))?,
        })
    })?;
    found.ok_or_else(|| damaged("link to a log entry"))
}

pub(crate) fn list(
    db: &Connection,
    partner: PartnerId,
    page: LogPage,
) -> Result<Vec<StoredLogEntry>> {
    let sql = "SELECT seq, at, kind, actor, account, connection, payload, salt, content_hash
         FROM log_entries WHERE position > ?1 AND position <= ?2 ORDER BY position LIMIT ?3";
    let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
    let values = params![
        position(partner, page.after),
        position(partner, u64::MAX),
        limit
    ];
    query::all(db, sql, values, |row| read(row, partner))
}

/// The entries about one account: its own chain and those of its connections, merged by `seq`.
pub(crate) fn list_of_account(
    db: &Connection,
    account: AccountId,
    page: LogPage,
) -> Result<Vec<StoredLogEntry>> {
    let partner = account.partner();
    let own = accounts::find_state(db, account)?.map(|state| state.chain);
    let of_connections = connections::list(db, account)?
        .into_iter()
        .map(|(_, row)| row.chain);
    let mut seqs = Vec::new();
    for chain in own.into_iter().chain(of_connections) {
        let Some(oldest) = chain::first_index_after(db, partner, &chain, page.after)? else {
            continue;
        };
        let limit = u64::try_from(page.limit).unwrap_or(u64::MAX);
        let newest = oldest
            .saturating_add(limit.saturating_sub(1))
            .min(chain.length());
        let mut next = chain::seq_of(db, partner, &chain, newest)?;
        while let Some(seq) = next.filter(|seq| *seq > page.after) {
            seqs.push(seq);
            next = linked(db, partner, seq)?.previous_seq;
        }
    }
    seqs.sort_unstable();
    seqs.truncate(page.limit);
    seqs.into_iter().map(|seq| find(db, partner, seq)).collect()
}

fn find(db: &Connection, partner: PartnerId, seq: u64) -> Result<StoredLogEntry> {
    let page = LogPage {
        after: seq - 1,
        limit: 1,
    };
    let found = list(db, partner, page)?.into_iter().next();
    found
        .filter(|entry| entry.seq == seq)
        .ok_or_else(|| damaged("link to a log entry"))
}

/// The content hash of one entry.
pub(crate) fn find_hash(db: &Connection, partner: PartnerId, seq: u64) -> Result<Option<[u8; 32]>> {
    let sql = "SELECT content_hash FROM log_entries WHERE position = ?1";
    query::one(db, sql, params![position(partner, seq)], |row| {
        bytes(row, 0)
    })
}

fn read(row: &Row<'_>, partner: PartnerId) -> Result<StoredLogEntry> {
    let named = !matches!(row.get_ref(5), Ok(rusqlite::types::ValueRef::Null));
    let connection = if named {
        Some(connection_name(row, 5)?)
    } else {
        None
    };
    Ok(StoredLogEntry {
        seq: unsigned(row, 0)?,
        at: time(row, 1)?,
        kind: kind(row, 2)?,
        actor: actor(row, 3)?,
        subject: Subject {
            account: account(row, 4, partner)?,
            connection,
        },
        payload: text(row, 6, |text| Ok(JsonText::from_checked(text)))?,
        salt: bytes(row, 7)?,
        content_hash: bytes(row, 8)?,
    })
}

fn kind(row: &Row<'_>, index: usize) -> Result<FactKind> {
    text(row, index, |name| {
        FactKind::named(name).ok_or_else(|| damaged("kind of entry"))
    })
}
