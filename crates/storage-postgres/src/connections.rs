//! The table of connections, and their newest events out of the log.

use domain::AccountId;
use domain::connections::{Connection, ConnectionEvent, ConnectionName};
use storage::{ConnectionWithEvents, NamedConnection, decode_event};
use tokio_postgres::Row;

use crate::chain;
use crate::columns::{
    account, actor, column, connection_name, limit, millis, number, only, partner, signed, status,
    time, unsigned,
};
use crate::error::Result;
use crate::session::{Batch, Session, Table, Value};

/// Each by its whole key, as in `accounts.rs`.
pub(crate) const FIND_ALL: &str = "
    SELECT f.connection, f.status, f.created_at, f.created_by, f.updated_at, f.chain_length,
        f.chain_spine, f.partner, f.account
    FROM unnest($1::text[], $2::integer[], $3::text[]) AS k (partner, account, connection)
    CROSS JOIN LATERAL (
        SELECT c.connection, c.status, c.created_at, c.created_by, c.updated_at, c.chain_length,
            c.chain_spine, c.partner, c.account
        FROM connections c
        WHERE c.partner = coalesce($4, k.partner) AND c.account = k.account
            AND c.connection = k.connection
        OFFSET 0
    ) f
    WHERE f.partner = ANY($1)";

pub(crate) const STORE: &str = "
    INSERT INTO connections (partner, account, connection, status, created_at, created_by,
        updated_at, chain_length, chain_spine)
    SELECT * FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::bigint[], $6::text[],
        $7::bigint[], $8::bigint[], $9::text[])
    ON CONFLICT (partner, account, connection) DO UPDATE SET status = excluded.status,
        updated_at = excluded.updated_at, chain_length = excluded.chain_length,
        chain_spine = excluded.chain_spine";

const FIND: &str = "
    SELECT connection, status, created_at, created_by, updated_at, chain_length, chain_spine
    FROM connections WHERE partner = $1 AND account = $2 AND connection = $3";

/// Connections and their newest events ($3 of each), of one moment. A chain is walked from its end along the pointers to the
/// entry before; entries that are no events are passed over and not counted.
macro_rules! with_events {
    ($which:literal) => {
        concat!(
            "
    SELECT c.connection, c.status, c.created_at, c.created_by, c.updated_at, c.chain_length,
        c.chain_spine, w.seq, w.payload
    FROM connections c LEFT JOIN LATERAL (
        WITH RECURSIVE walk AS (
            SELECT e.seq, e.previous_seq, e.kind, e.payload,
                (e.kind = 'connection_event.recorded')::integer AS events
            FROM log_entries e
            WHERE e.partner = $1 AND $3::bigint > 0
                AND e.seq = nullif(split_part(c.chain_spine, ',', 1), '')::bigint
            UNION ALL
            SELECT e.seq, e.previous_seq, e.kind, e.payload,
                w.events + (e.kind = 'connection_event.recorded')::integer
            FROM walk w JOIN log_entries e ON e.partner = $1 AND e.seq = w.previous_seq
            WHERE w.events < $3
        )
        SELECT seq, payload FROM walk WHERE kind = 'connection_event.recorded'
    ) w ON true
    WHERE c.partner = $1 AND c.account = $2",
            $which
        )
    };
}

/// One of them.
const FIND_WITH_EVENTS: &str = with_events!(" AND c.connection = $4");

/// All of an account.
const LIST_WITH_EVENTS: &str = with_events!(" ORDER BY c.connection");

type Key = (AccountId, ConnectionName);

pub(crate) async fn find_all(batch: Batch<'_>, of: &[Key]) -> Result<Vec<(Key, Connection)>> {
    let partners: Vec<String> = of.iter().map(|(id, _)| id.partner().to_string()).collect();
    let numbers: Vec<i32> = of.iter().map(|(id, _)| number(*id)).collect();
    let names: Vec<&str> = of.iter().map(|(_, name)| name.as_str()).collect();
    let only = only(&partners);
    let values: [Value<'_>; 4] = [&partners, &numbers, &names, &only];
    let rows = batch.rows(FIND_ALL, &values, of.len()).await?;
    let keyed = |row: &Row| {
        let key = (account(row, 8, partner(row, 7)?)?, connection_name(row, 0)?);
        Ok((key, read(row)?))
    };
    rows.iter().map(keyed).collect()
}

pub(crate) async fn store(batch: Batch<'_>, connections: &[(Key, &Connection)]) -> Result<()> {
    let rows = || connections.iter();
    let table = Table::of(connections.len())
        .column(rows().map(|((id, _), _)| id.partner().to_string()))
        .column(rows().map(|((id, _), _)| number(*id)))
        .column(rows().map(|((_, name), _)| name.as_str()))
        .column(rows().map(|(_, row)| row.status.as_str()))
        .column(rows().map(|(_, row)| millis(row.created_at)))
        .column(rows().map(|(_, row)| row.created_by.as_str()))
        .column(rows().map(|(_, row)| millis(row.updated_at)))
        .column(rows().map(|(_, row)| signed(row.chain.length())))
        .column(rows().map(|(_, row)| chain::spine_text(&row.chain)));
    batch.write(STORE, &table).await
}

/// A connection without its events.
pub(crate) async fn find(
    session: &Session,
    of: AccountId,
    name: ConnectionName,
) -> Result<Option<Connection>> {
    let (partner, account) = (of.partner().to_string(), number(of));
    let values: [Value<'_>; 3] = [&partner, &account, &name.as_str()];
    let found = session.one(FIND, &values).await?;
    found.as_ref().map(read).transpose()
}

/// A connection and its newest events, oldest first.
pub(crate) async fn find_with_events(
    session: &Session,
    of: AccountId,
    name: ConnectionName,
    events_max: usize,
) -> Result<Option<ConnectionWithEvents>> {
    let (partner, account, limit) = (of.partner().to_string(), number(of), limit(events_max));
    let values: [Value<'_>; 4] = [&partner, &account, &limit, &name.as_str()];
    let rows = session.all(FIND_WITH_EVENTS, &values).await?;
    let found = group(&rows)?.into_iter().next();
    Ok(found.map(|found| found.record))
}

/// All connections of an account by name, each with its newest events, oldest first.
pub(crate) async fn list_with_events(
    session: &Session,
    of: AccountId,
    events_max: usize,
) -> Result<Vec<NamedConnection>> {
    let (partner, account, limit) = (of.partner().to_string(), number(of), limit(events_max));
    let rows = session
        .all(LIST_WITH_EVENTS, &[&partner, &account, &limit])
        .await?;
    group(&rows)
}

/// One connection for all rows of the same name, which follow each other; its events come in any order, and leave oldest
/// first.
fn group(rows: &[Row]) -> Result<Vec<NamedConnection>> {
    let mut found = Vec::new();
    for rows in rows.chunk_by(has_same_name) {
        let Some(first) = rows.first() else { continue };
        let (name, connection) = (connection_name(first, 0)?, read(first)?);
        let mut events: Vec<(u64, ConnectionEvent)> = Vec::with_capacity(rows.len());
        for row in rows {
            if let Some(payload) = column::<Option<&str>>(row, 8)? {
                events.push((unsigned(row, 7)?, decode_event(payload)?));
            }
        }
        events.sort_unstable_by_key(|(seq, _)| *seq);
        let events = events.into_iter().map(|(_, event)| event).collect();
        let record = ConnectionWithEvents { connection, events };
        found.push(NamedConnection { name, record });
    }
    Ok(found)
}

fn has_same_name(one: &Row, next: &Row) -> bool {
    matches!((column::<&str>(one, 0), column::<&str>(next, 0)), (Ok(one), Ok(next)) if one == next)
}

fn read(row: &Row) -> Result<Connection> {
    Ok(Connection {
        status: status(row, 1)?,
        created_at: time(row, 2)?,
        created_by: actor(row, 3)?,
        updated_at: time(row, 4)?,
        chain: chain::read(row, 5)?,
    })
}
