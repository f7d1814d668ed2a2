//! Rows of any table, in and out.

use domain::PartnerId;
use futures_util::StreamExt as _;
use storage::copying::{
    ColumnKind, CopiedTable, CopyError, Pages, Row as CopiedRow, TakeRows, Value,
};
use tokio_postgres::Row;

use super::statements;
use crate::columns::{column, partner, signed, unsigned};
use crate::error::{OrStorageError, Result};
use crate::session::{Session, Table, Value as Parameter};

const PARTNERS: &str = "SELECT partner, last_seq FROM streams ORDER BY partner";

/// Hands the rows on as they come; what the server has sent ahead stays small, since it waits when nobody reads.
pub(super) async fn select(
    session: &Session,
    partner: PartnerId,
    table: CopiedTable,
    after: u64,
    take: &mut TakeRows<'_>,
) -> std::result::Result<(), CopyError> {
    let (name, after) = (partner.to_string(), signed(after));
    let values: [Parameter<'_>; 2] = [&name, &after];
    let named = match table {
        CopiedTable::LogEntries => &values[..],
        _ => &values[..1],
    };
    let rows = session.stream(statements::of(table).select, named).await?;
    let mut rows = std::pin::pin!(rows);
    let mut pages = Pages::new(take);
    while let Some(row) = rows.next().await {
        pages.add(read(&row.or_storage_error()?, table)?)?;
    }
    pages.end()
}

fn read(row: &Row, table: CopiedTable) -> Result<CopiedRow> {
    let columns = table.columns().iter().enumerate();
    let values = columns.map(|(index, described)| {
        let value = match described.kind {
            ColumnKind::Integer => column::<Option<i64>>(row, index)?.map(Value::Integer),
            ColumnKind::Text => column::<Option<String>>(row, index)?.map(Value::Text),
            ColumnKind::Bytes => column::<Option<Vec<u8>>>(row, index)?.map(Value::Bytes),
        };
        Ok(value.unwrap_or(Value::Null))
    });
    values.collect()
}

pub(super) async fn insert(
    session: &Session,
    partner: PartnerId,
    table: CopiedTable,
    rows: &[CopiedRow],
) -> Result<()> {
    let mut columns = Table::of(rows.len());
    for (index, described) in table.columns().iter().enumerate() {
        let values = rows.iter().map(|row| row.get(index));
        columns = match described.kind {
            ColumnKind::Integer => columns.column(values.map(|value| value?.integer())),
            ColumnKind::Text => columns.column(values.map(|value| value?.text())),
            ColumnKind::Bytes => columns.column(values.map(|value| value?.bytes())),
        };
    }
    let name = partner.to_string();
    session
        .execute_for(statements::of(table).insert, &name, &columns)
        .await
}

pub(super) async fn delete(
    session: &Session,
    partner: PartnerId,
    table: CopiedTable,
) -> Result<()> {
    let name = partner.to_string();
    session
        .execute(statements::of(table).delete, &[&name])
        .await
        .map(drop)
}

pub(super) async fn count(session: &Session, table: CopiedTable) -> Result<u64> {
    let found = session.one(statements::of(table).count, &[]).await?;
    let counted = found.map(|row| unsigned(&row, 0)).transpose()?;
    Ok(counted.unwrap_or_default())
}

/// The partners with what their stream rows say of the log.
pub(super) async fn partners(session: &Session) -> Result<Vec<(PartnerId, u64)>> {
    let rows = session.all(PARTNERS, &[]).await?;
    rows.iter()
        .map(|row| Ok((partner(row, 0)?, unsigned(row, 1)?)))
        .collect()
}
