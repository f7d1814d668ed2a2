//! The table of answers kept under idempotency keys; the events themselves are in the log.

use std::collections::BTreeMap;

use domain::connections::{Answer, IdempotencyHash, RequestHash};
use domain::{PartnerId, Timestamp};
use storage::decode_event;
use tokio_postgres::Row;

use crate::columns::{
    bytes, column, damaged, limit, millis, only, partner, signed, time, unsigned,
};
use crate::error::Result;
use crate::session::{Batch, Session, Table, Value};

/// Each by its whole key, as in `accounts.rs`.
pub(crate) const FIND: &str = "
    SELECT f.partner, f.key, f.request, f.seq, f.version, f.at, f.payload
    FROM unnest($1::text[], $2::bytea[]) AS k (partner, key)
    CROSS JOIN LATERAL (
        SELECT a.partner, a.key, a.request, a.seq, a.version, a.at, e.payload
        FROM answers a
        LEFT JOIN log_entries e ON e.partner = a.partner AND e.seq = a.seq
        WHERE a.partner = coalesce($3, k.partner) AND a.key = k.key
        OFFSET 0
    ) f
    WHERE f.partner = ANY($1)";

pub(crate) const STORE: &str = "
    INSERT INTO answers (partner, key, request, seq, version, at)
    SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[])
    ON CONFLICT (partner, key) DO UPDATE SET request = excluded.request, seq = excluded.seq,
        version = excluded.version, at = excluded.at";

const FIND_BEFORE: &str = "
    SELECT partner, key FROM answers WHERE at < $1 ORDER BY at LIMIT $2";

/// Rows that another process is writing or deleting just now are passed over, so this waits for nobody.
const DELETE_BEFORE: &str = "
    DELETE FROM answers WHERE partner = $1 AND key IN (
        SELECT key FROM answers WHERE partner = $1 AND key = ANY($2) AND at < $3 FOR UPDATE SKIP LOCKED)";

type Key = (PartnerId, IdempotencyHash);

pub(crate) async fn find_all(batch: Batch<'_>, of: &[Key]) -> Result<Vec<(Key, Answer)>> {
    let partners: Vec<String> = of.iter().map(|(partner, _)| partner.to_string()).collect();
    let keys: Vec<&[u8]> = of.iter().map(|(_, key)| key.0.as_slice()).collect();
    let values: [Value<'_>; 3] = [&partners, &keys, &only(&partners)];
    let rows = batch.rows(FIND, &values, of.len()).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn store(batch: Batch<'_>, answers: &[(Key, &Answer)]) -> Result<()> {
    let rows = || answers.iter();
    let table = Table::of(answers.len())
        .column(rows().map(|((partner, _), _)| partner.to_string()))
        .column(rows().map(|((_, key), _)| key.0.as_slice()))
        .column(rows().map(|(_, answer)| answer.request.0.as_slice()))
        .column(rows().map(|(_, answer)| signed(answer.seq)))
        .column(rows().map(|(_, answer)| signed(answer.version)))
        .column(rows().map(|(_, answer)| millis(answer.at)));
    batch.write(STORE, &table).await
}

/// Deletes some of the answers from before a moment, in one transaction; answers how many. They are looked for under all
/// partners at once, and deleted partner by partner, since rows of several can be on several servers.
pub(crate) async fn delete_before(
    session: &Session,
    before: Timestamp,
    rows_max: usize,
) -> Result<usize> {
    let (before, limit) = (millis(before), limit(rows_max));
    let rows = session.all(FIND_BEFORE, &[&before, &limit]).await?;
    let mut keys: BTreeMap<&str, Vec<&[u8]>> = BTreeMap::new();
    for row in &rows {
        keys.entry(column(row, 0)?)
            .or_default()
            .push(column(row, 1)?);
    }
    session.commands("BEGIN").await?;
    let mut deleted = 0;
    for (partner, keys) in &keys {
        let values: [Value<'_>; 3] = [partner, keys, &before];
        deleted += session.execute(DELETE_BEFORE, &values).await?;
    }
    session.commands("COMMIT").await?;
    Ok(deleted)
}

fn read(row: &Row) -> Result<(Key, Answer)> {
    let payload: Option<&str> = column(row, 6)?;
    let payload = payload.ok_or_else(|| damaged("link to a log entry"))?;
    let answer = Answer {
        request: RequestHash(bytes(row, 2)?),
        seq: unsigned(row, 3)?,
        version: unsigned(row, 4)?,
        at: time(row, 5)?,
        event: decode_event(payload)?,
    };
    Ok(((partner(row, 0)?, IdempotencyHash(bytes(row, 1)?)), answer))
}
