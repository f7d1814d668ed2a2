//! The table of log entries: appended to, never altered.

use domain::log::{FactKind, LogEntry, Subject};
use domain::{JsonText, PartnerId};
use storage::{LogPage, SealedEntry, StorageError, StoredLogEntry};
use tokio_postgres::Row;

use crate::columns::{
    account, actor, bytes, column, connection_name, damaged, limit, millis, number, partner,
    signed, time, unsigned,
};
use crate::error::Result;
use crate::session::{Batch, Session, Table};

/// The kind of those entries that are events of connections.
pub(crate) const EVENT_KIND: FactKind = FactKind::ConnectionEventRecorded;

pub(crate) const INSERT: &str = "
    INSERT INTO log_entries (partner, seq, at, kind, actor, account, connection, link_index,
        previous_seq, jump_seq, salt, content_hash, payload)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::integer[],
        $7::text[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bytea[], $12::bytea[], $13::text[])";

const LIST: &str = "
    SELECT partner, seq, at, kind, actor, account, connection, payload, salt, content_hash
    FROM log_entries WHERE partner = $1 AND seq > $2 ORDER BY seq LIMIT $3";

const FIND_ALL: &str = "
    SELECT partner, seq, at, kind, actor, account, connection, payload, salt, content_hash
    FROM log_entries WHERE partner = $1 AND seq = ANY($2) ORDER BY seq";

const FIND_HASH: &str = "SELECT content_hash FROM log_entries WHERE partner = $1 AND seq = $2";

pub(crate) async fn insert(batch: Batch<'_>, entries: &[(LogEntry, SealedEntry)]) -> Result<()> {
    let rows = || entries.iter();
    let links = || rows().map(|(row, _)| &row.link);
    let table = Table::of(entries.len())
        .column(rows().map(|(row, _)| row.partner.to_string()))
        .column(rows().map(|(row, _)| signed(row.seq)))
        .column(rows().map(|(row, _)| millis(row.at)))
        .column(rows().map(|(row, _)| row.fact.kind().name()))
        .column(rows().map(|(row, _)| row.actor.as_str()))
        .column(rows().map(|(row, _)| number(row.subject.account)))
        .column(rows().map(|(row, _)| row.subject.connection.map(|name| name.as_str())))
        .column(links().map(|link| signed(link.index)))
        .column(links().map(|link| link.previous_seq.map(signed)))
        .column(links().map(|link| link.jump_seq.map(signed)))
        .column(rows().map(|(_, sealed)| sealed.salt.as_slice()))
        .column(rows().map(|(_, sealed)| sealed.content_hash.as_slice()))
        .column(rows().map(|(_, sealed)| sealed.payload.as_str()));
    batch.write(INSERT, &table).await
}

pub(crate) async fn list(
    session: &Session,
    of: PartnerId,
    page: LogPage,
) -> Result<Vec<StoredLogEntry>> {
    let (name, after, limit) = (of.to_string(), signed(page.after), limit(page.limit));
    let rows = session.all(LIST, &[&name, &after, &limit]).await?;
    rows.iter().map(read).collect()
}

/// The entries with these `seq`s, which must all be there.
pub(crate) async fn find_all(
    session: &Session,
    of: PartnerId,
    seqs: &[i64],
) -> Result<Vec<StoredLogEntry>> {
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    let rows = session.all(FIND_ALL, &[&of.to_string(), &seqs]).await?;
    if rows.len() != seqs.len() {
        return Err(damaged("link to a log entry"));
    }
    rows.iter().map(read).collect()
}

/// The content hash of one entry.
pub(crate) async fn find_hash(
    session: &Session,
    of: PartnerId,
    seq: u64,
) -> Result<Option<[u8; 32]>> {
    let values = (of.to_string(), signed(seq));
    let found = session.one(FIND_HASH, &[&values.0, &values.1]).await?;
    found.map(|row| bytes(&row, 0)).transpose()
}

fn read(row: &Row) -> Result<StoredLogEntry> {
    let is_named = column::<Option<&str>>(row, 6)?.is_some();
    let connection = is_named.then(|| connection_name(row, 6)).transpose()?;
    let unknown = || -> StorageError { damaged("kind of entry") };
    Ok(StoredLogEntry {
        seq: unsigned(row, 1)?,
        at: time(row, 2)?,
        kind: FactKind::named(column(row, 3)?).ok_or_else(unknown)?,
        actor: actor(row, 4)?,
        subject: Subject {
            account: account(row, 5, partner(row, 0)?)?,
            connection,
        },
        payload: JsonText::from_checked(column::<&str>(row, 7)?),
        salt: bytes(row, 8)?,
        content_hash: bytes(row, 9)?,
    })
}
