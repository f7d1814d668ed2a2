//! The table of stream rows.

use domain::{PartnerId, SealedBytes, Stream};
use tokio_postgres::Row;

use crate::columns::{column, damaged, millis, partner, signed, time, unsigned};
use crate::error::Result;
use crate::session::{Batch, Session, Table};

/// Takes the partners for this transaction, in the same order everywhere, so that no two batches wait for each other.
pub(crate) const LOCK: &str = "
    SELECT partner, last_seq, last_at, auth_epoch, last_account_number, data_key
    FROM streams WHERE partner = ANY($1) ORDER BY partner FOR UPDATE";

/// Two nodes may set up one partner at the same time. With `RETURNING` the second learns of it from Citus too, which otherwise
/// copies the rows to the other server and answers an error that says nothing.
pub(crate) const INSERT: &str = "
    INSERT INTO streams (partner, last_seq, last_at, auth_epoch, last_account_number, data_key)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[], $6::bytea[])
    RETURNING partner";

pub(crate) const UPDATE: &str = "
    UPDATE streams s SET last_seq = k.last_seq, last_at = k.last_at, auth_epoch = k.auth_epoch,
        last_account_number = k.last_account_number
    FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[])
        AS k (partner, last_seq, last_at, auth_epoch, last_account_number)
    WHERE s.partner = ANY($1) AND s.partner = k.partner";

const FIND: &str = "
    SELECT partner, last_seq, last_at, auth_epoch, last_account_number, data_key
    FROM streams WHERE partner = $1";

const LIST: &str = "
    SELECT partner, last_seq, last_at, auth_epoch, last_account_number, data_key
    FROM streams ORDER BY partner";

pub(crate) async fn find(session: &Session, of: PartnerId) -> Result<Option<Stream>> {
    let found = session.one(FIND, &[&of.to_string()]).await?;
    Ok(found
        .as_ref()
        .map(read)
        .transpose()?
        .map(|(_, stream)| stream))
}

/// Those of all partners.
pub(crate) async fn list(session: &Session) -> Result<Vec<(PartnerId, Stream)>> {
    session.all(LIST, &[]).await?.iter().map(read).collect()
}

pub(crate) async fn lock(batch: Batch<'_>, of: &[String]) -> Result<Vec<(PartnerId, Stream)>> {
    let rows = batch.rows(LOCK, &[&of], of.len()).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn insert(batch: Batch<'_>, streams: &[(PartnerId, &Stream)]) -> Result<()> {
    let keys = streams.iter().map(|(_, row)| row.data_key.0.as_slice());
    batch.write(INSERT, &table(streams).column(keys)).await
}

pub(crate) async fn update(batch: Batch<'_>, streams: &[(PartnerId, &Stream)]) -> Result<()> {
    batch.write(UPDATE, &table(streams)).await
}

fn table<'a>(streams: &'a [(PartnerId, &Stream)]) -> Table<'a> {
    let rows = || streams.iter();
    let highest = |row: &Stream| i32::try_from(row.last_account_number).unwrap_or(i32::MAX);
    Table::of(streams.len())
        .column(rows().map(|(partner, _)| partner.to_string()))
        .column(rows().map(|(_, row)| signed(row.last_seq)))
        .column(rows().map(|(_, row)| millis(row.last_at)))
        .column(rows().map(|(_, row)| signed(row.auth_epoch)))
        .column(rows().map(move |(_, row)| highest(row)))
}

fn read(row: &Row) -> Result<(PartnerId, Stream)> {
    let last_account_number = u32::try_from(column::<i32>(row, 4)?);
    let stream = Stream {
        last_seq: unsigned(row, 1)?,
        last_at: time(row, 2)?,
        auth_epoch: unsigned(row, 3)?,
        last_account_number: last_account_number.map_err(|_| damaged("account number"))?,
        data_key: SealedBytes(column(row, 5)?),
    };
    Ok((partner(row, 0)?, stream))
}
