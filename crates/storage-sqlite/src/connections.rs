//! The table of connections, and reading their events out of the log.

use domain::connections::{Connection, ConnectionEvent, ConnectionName};
use domain::log::FactKind;
use domain::{AccountId, PartnerId};
use rusqlite::{Connection as Db, Row, params};
use storage::{
    ConnectionWithEvents, EventsPage, HistoryEvent, NamedConnection, Order, decode_event,
};

use crate::chain;
use crate::columns::{
    actor, connection_name, damaged, millis, position, signed, status, text, time,
};
use crate::error::Result;
use crate::{log_entries, query};

const COLUMNS: &str = "status, created_at, created_by, updated_at, chain_length, chain_spine";

pub(crate) fn find(
    db: &Db,
    account: AccountId,
    name: ConnectionName,
) -> Result<Option<Connection>> {
    let sql = "SELECT status, created_at, created_by, updated_at, chain_length, chain_spine
         FROM connections WHERE partner = ?1 AND account = ?2 AND connection = ?3";
    let values = params![
        account.partner().to_string(),
        account.number(),
        name.as_str()
    ];
    query::one(db, sql, values, |row| read(row, 0))
}

pub(crate) fn store(
    db: &Db,
    account: AccountId,
    name: ConnectionName,
    connection: &Connection,
) -> Result<()> {
    // The whole row at its key in one step, where an upsert would look for it twice.
    let sql = "REPLACE INTO connections (partner, account, connection, status, created_at,
             created_by, updated_at, chain_length, chain_spine)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    let values = params![
        account.partner().to_string(),
        account.number(),
        name.as_str(),
        connection.status.as_str(),
        millis(connection.created_at),
        connection.created_by.as_str(),
        millis(connection.updated_at),
        signed(connection.chain.length()),
        chain::spine_text(&connection.chain),
    ];
    query::execute(db, sql, values).map(drop)
}

/// All connections of an account by name, without their events.
pub(crate) fn list(db: &Db, account: AccountId) -> Result<Vec<(ConnectionName, Connection)>> {
    let sql = format!(
        "SELECT connection, {COLUMNS} FROM connections
         WHERE partner = ?1 AND account = ?2 ORDER BY connection"
    );
    let values = params![account.partner().to_string(), account.number()];
    query::all(db, &sql, values, |row| {
        Ok((connection_name(row, 0)?, read(row, 1)?))
    })
}

/// All connections of an account, each with its newest events.
pub(crate) fn list_with_events(
    db: &Db,
    account: AccountId,
    events_max: usize,
) -> Result<Vec<NamedConnection>> {
    let connections = list(db, account)?.into_iter();
    let with_events = connections.map(|(name, connection)| {
        Ok(NamedConnection {
            name,
            record: with_newest_events(db, account.partner(), connection, events_max)?,
        })
    });
    with_events.collect()
}

/// The connection and its newest events, oldest first.
pub(crate) fn with_newest_events(
    db: &Db,
    partner: PartnerId,
    connection: Connection,
    events_max: usize,
) -> Result<ConnectionWithEvents> {
    let page = EventsPage {
        order: Order::Descending,
        after: None,
        limit: events_max,
    };
    let mut events: Vec<ConnectionEvent> = page_of(db, partner, &connection, page)?
        .into_iter()
        .map(|entry| entry.event)
        .collect();
    events.reverse();
    Ok(ConnectionWithEvents { connection, events })
}

/// A page of the connection's events. Entries of its chain that are no events are passed over.
pub(crate) fn page_of(
    db: &Db,
    partner: PartnerId,
    connection: &Connection,
    page: EventsPage,
) -> Result<Vec<HistoryEvent>> {
    let length = connection.chain.length();
    let limit = u64::try_from(page.limit).unwrap_or(u64::MAX);
    let mut events = Vec::new();
    match page.order {
        Order::Descending => {
            let newest = page
                .after
                .map_or(length, |after| after.saturating_sub(1).min(length));
            collect_back(db, partner, connection, newest, 1, page.limit, &mut events)?;
        }
        Order::Ascending => {
            let mut oldest = page.after.unwrap_or(0).saturating_add(1);
            while events.len() < page.limit && oldest <= length {
                let missing = limit - u64::try_from(events.len()).unwrap_or(limit);
                let newest = oldest.saturating_add(missing - 1).min(length);
                let mut part = Vec::new();
                collect_back(
                    db, partner, connection, newest, oldest, page.limit, &mut part,
                )?;
                events.extend(part.into_iter().rev());
                oldest = newest + 1;
            }
        }
    }
    Ok(events)
}

/// Walks from one index of the chain back to another and takes the events on the way, newest first.
fn collect_back(
    db: &Db,
    partner: PartnerId,
    connection: &Connection,
    newest: u64,
    oldest: u64,
    limit: usize,
    events: &mut Vec<HistoryEvent>,
) -> Result<()> {
    let mut next = chain::seq_of(db, partner, &connection.chain, newest)?;
    while let Some(seq) = next.filter(|_| events.len() < limit) {
        let entry = log_entries::linked(db, partner, seq)?;
        if entry.index < oldest {
            break;
        }
        if entry.kind == FactKind::ConnectionEventRecorded {
            let event = decode_event(&entry.payload)?;
            events.push(HistoryEvent {
                version: entry.index,
                event,
            });
        }
        next = entry.previous_seq;
    }
    Ok(())
}

fn read(row: &Row<'_>, first: usize) -> Result<Connection> {
    Ok(Connection {
        status: status(row, first)?,
        created_at: time(row, first + 1)?,
        created_by: actor(row, first + 2)?,
        updated_at: time(row, first + 3)?,
        chain: chain::read(row, first + 4)?,
    })
}

/// The event that an entry of the log recorded.
pub(crate) fn event_at(db: &Db, partner: PartnerId, seq: u64) -> Result<ConnectionEvent> {
    let sql = "SELECT payload FROM log_entries WHERE position = ?1";
    let found = query::one(db, sql, params![position(partner, seq)], |row| {
        text(row, 0, |payload| Ok(decode_event(payload)?))
    })?;
    found.ok_or_else(|| damaged("link to a log entry"))
}
