//! The table of stream rows.

use domain::{PartnerId, SealedBytes, Stream};
use rusqlite::{Connection, Row, params};

use crate::columns::{column, damaged, millis, signed, text, time, unsigned};
use crate::error::Result;
use crate::query;

pub(crate) fn find(db: &Connection, partner: PartnerId) -> Result<Option<Stream>> {
    let sql = "SELECT last_seq, last_at, auth_epoch, last_account_number, data_key
         FROM streams WHERE partner = ?1";
    query::one(db, sql, params![partner.to_string()], read)
}

/// Those of all partners, by partner.
pub(crate) fn list(db: &Connection) -> Result<Vec<(PartnerId, Stream)>> {
    let sql = "SELECT last_seq, last_at, auth_epoch, last_account_number, data_key, partner
         FROM streams ORDER BY partner";
    query::all(db, sql, [], |row| {
        let partner = text(row, 5, |text| text.parse().map_err(|_| damaged("partner")))?;
        Ok((partner, read(row)?))
    })
}

fn read(row: &Row<'_>) -> Result<Stream> {
    Ok(Stream {
        last_seq: unsigned(row, 0)?,
        last_at: time(row, 1)?,
        auth_epoch: unsigned(row, 2)?,
        last_account_number: column(row, 3)?,
        data_key: SealedBytes(column(row, 4)?),
    })
}

pub(crate) fn store(db: &Connection, partner: PartnerId, stream: &Stream) -> Result<()> {
    let sql = "INSERT INTO streams
             (partner, last_seq, last_at, auth_epoch, last_account_number, data_key)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET last_seq = ?2, last_at = ?3, auth_epoch = ?4,
             last_account_number = ?5";
    let values = params![
        partner.to_string(),
        signed(stream.last_seq),
        millis(stream.last_at),
        signed(stream.auth_epoch),
        stream.last_account_number,
        stream.data_key.0,
    ];
    query::execute(db, sql, values).map(drop)
}
