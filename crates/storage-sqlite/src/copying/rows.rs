//! Rows of any table, in and out.

use domain::PartnerId;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, Statement, ToSql};
use storage::copying::{
    ColumnKind, CopiedTable, CopyError, Pages, Row as CopiedRow, TakeRows, Value,
};

use super::statements;
use crate::columns::{damaged, position, signed, text, unsigned};
use crate::error::{OrStorageError, Result};
use crate::query;

/// A value on its way into a statement.
struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The partner, in the two ways in which statements name it.
struct Partner {
    name: String,
    before: i64,
}

impl Partner {
    fn of(partner: PartnerId) -> Self {
        Self {
            name: partner.to_string(),
            before: position(partner, 0),
        }
    }

    /// Binds it, where the statement names it.
    fn bind(&self, statement: &mut Statement<'_>) -> rusqlite::Result<()> {
        statement.raw_bind_parameter(1, &self.name)?;
        if statement.parameter_count() > 1 {
            statement.raw_bind_parameter(2, self.before)?;
        }
        Ok(())
    }
}

pub(super) fn select(
    db: &Connection,
    partner: PartnerId,
    table: CopiedTable,
    after: u64,
    take: &mut TakeRows<'_>,
) -> std::result::Result<(), CopyError> {
    let mut statement = db
        .prepare_cached(statements::of(table).select)
        .or_storage_error()?;
    Partner::of(partner)
        .bind(&mut statement)
        .or_storage_error()?;
    if table == CopiedTable::LogEntries {
        statement
            .raw_bind_parameter(3, signed(after))
            .or_storage_error()?;
    }
    let mut pages = Pages::new(take);
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().or_storage_error()? {
        pages.add(read(row, table)?)?;
    }
    pages.end()
}

fn read(row: &Row<'_>, table: CopiedTable) -> Result<CopiedRow> {
    let columns = table.columns().iter().enumerate();
    let values = columns.map(|(index, column)| {
        let unreadable = || damaged(&format!("{} of {table}", column.name));
        let value = row.get_ref(index).or_storage_error()?;
        match (column.kind, value) {
            (_, ValueRef::Null) => Ok(Value::Null),
            (ColumnKind::Integer, ValueRef::Integer(number)) => Ok(Value::Integer(number)),
            (ColumnKind::Bytes, ValueRef::Blob(bytes)) => Ok(Value::Bytes(bytes.to_owned())),
            (ColumnKind::Text, ValueRef::Text(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Value::Text(text.to_owned())),
                Err(_) => Err(unreadable()),
            },
            _ => Err(unreadable()),
        }
    });
    values.collect()
}

pub(super) fn insert(
    db: &Connection,
    partner: PartnerId,
    table: CopiedTable,
    rows: &[CopiedRow],
) -> Result<()> {
    let mut statement = db
        .prepare_cached(statements::of(table).insert)
        .or_storage_error()?;
    Partner::of(partner)
        .bind(&mut statement)
        .or_storage_error()?;
    for row in rows {
        for (index, value) in row.iter().enumerate() {
            statement
                .raw_bind_parameter(index + 3, Bound(value))
                .or_storage_error()?;
        }
        statement.raw_execute().or_storage_error()?;
    }
    Ok(())
}

pub(super) fn delete(db: &Connection, partner: PartnerId, table: CopiedTable) -> Result<()> {
    let mut statement = db
        .prepare_cached(statements::of(table).delete)
        .or_storage_error()?;
    Partner::of(partner)
        .bind(&mut statement)
        .or_storage_error()?;
    statement.raw_execute().or_storage_error().map(drop)
}

pub(super) fn count(db: &Connection, table: CopiedTable) -> Result<u64> {
    let counted = query::one(db, statements::of(table).count, [], |row| unsigned(row, 0))?;
    Ok(counted.unwrap_or_default())
}

/// The partners with what their stream rows say of the log.
pub(super) fn partners(db: &Connection) -> Result<Vec<(PartnerId, u64)>> {
    let sql = "SELECT partner, last_seq FROM streams ORDER BY partner";
    query::all(db, sql, [], |row| {
        let partner = text(row, 0, |text| text.parse().map_err(|_| damaged("partner")))?;
        Ok((partner, unsigned(row, 1)?))
    })
}
