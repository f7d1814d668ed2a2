//! The table of answers kept under idempotency keys; the events themselves are in the log.

use domain::connections::{Answer, IdempotencyHash, RequestHash};
use domain::{PartnerId, Timestamp};
use rusqlite::{Connection, params};

use crate::columns::{bytes, millis, signed, time, unsigned};
use crate::error::Result;
use crate::{connections, query};

pub(crate) fn find(
    db: &Connection,
    partner: PartnerId,
    key: IdempotencyHash,
) -> Result<Option<Answer>> {
    let sql = "SELECT request, seq, version, at FROM answers WHERE partner = ?1 AND key = ?2";
    let found = query::one(db, sql, params![partner.to_string(), key.0], |row| {
        Ok((
            RequestHash(bytes(row, 0)?),
            unsigned(row, 1)?,
            unsigned(row, 2)?,
            time(row, 3)?,
        ))
    })?;
    let Some((request, seq, version, at)) = found else {
        return Ok(None);
    };
    let event = connections::event_at(db, partner, seq)?;
    Ok(Some(Answer {
        request,
        seq,
        version,
        at,
        event,
    }))
}

pub(crate) fn store(
    db: &Connection,
    partner: PartnerId,
    key: IdempotencyHash,
    answer: &Answer,
) -> Result<()> {
    let sql = "INSERT INTO answers (partner, key, request, seq, version, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET request = ?3, seq = ?4, version = ?5, at = ?6";
    let values = params![
        partner.to_string(),
        key.0,
        answer.request.0,
        signed(answer.seq),
        signed(answer.version),
        millis(answer.at),
    ];
    query::execute(db, sql, values).map(drop)
}

/// Deletes some of the answers from before a moment; answers how many.
pub(crate) fn delete_before(db: &Connection, before: Timestamp, limit: usize) -> Result<usize> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = "DELETE FROM answers WHERE (partner, key) IN
             (SELECT partner, key FROM answers WHERE at < ?1 ORDER BY at LIMIT ?2)";
    query::execute(db, sql, params![millis(before), limit])
}
