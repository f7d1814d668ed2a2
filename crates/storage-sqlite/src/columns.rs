//! How values stand in columns, and back.

use domain::connections::{ConnectionName, ConnectionStatus};
use domain::{AccountId, Actor, PartnerId, Timestamp};
use rusqlite::Row;
use rusqlite::types::{FromSql, Type};
use storage::StorageError;
use uuid::Uuid;

use crate::error::Result;

/// One more than the highest `seq` that a position can hold.
const SEQ_END: u64 = 1 << 40;

/// A stored value that is none of the values it can be.
pub(crate) fn damaged(what: &str) -> StorageError {
    StorageError::Damaged(format!("a stored {what} cannot be read"))
}

/// Reads a column by its place.
pub(crate) fn column<T: FromSql>(row: &Row<'_>, index: usize) -> Result<T> {
    row.get(index)
        .map_err(|error| crate::error::from_sqlite(&error))
}

/// A number that is never negative.
pub(crate) fn unsigned(row: &Row<'_>, index: usize) -> Result<u64> {
    u64::try_from(column::<i64>(row, index)?).map_err(|_| damaged("number"))
}

/// A number that is never negative, or none.
pub(crate) fn optional_unsigned(row: &Row<'_>, index: usize) -> Result<Option<u64>> {
    let value: Option<i64> = column(row, index)?;
    value
        .map(|value| u64::try_from(value).map_err(|_| damaged("number")))
        .transpose()
}

/// As SQLite stores it; numbers here stay far below the limit.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Where an entry stands among those of all partners: the partner's ordinal above 40 bits of `seq`.
pub(crate) fn position(partner: PartnerId, seq: u64) -> i64 {
    let ordinal = u64::try_from(partner.ordinal()).unwrap_or(u64::MAX);
    signed(
        ordinal
            .saturating_mul(SEQ_END)
            .saturating_add(seq.min(SEQ_END - 1)),
    )
}

/// Milliseconds.
pub(crate) fn time(row: &Row<'_>, index: usize) -> Result<Timestamp> {
    unsigned(row, index).map(Timestamp::from_millis)
}

/// Milliseconds, or none.
pub(crate) fn optional_time(row: &Row<'_>, index: usize) -> Result<Option<Timestamp>> {
    Ok(optional_unsigned(row, index)?.map(Timestamp::from_millis))
}

/// A time as it is stored.
pub(crate) fn millis(moment: Timestamp) -> i64 {
    signed(moment.millis())
}

/// A UUID as text.
pub(crate) fn uuid(row: &Row<'_>, index: usize) -> Result<Uuid> {
    text(row, index, |text| {
        Uuid::try_parse(text).map_err(|_| damaged("id"))
    })
}

/// An actor's name.
pub(crate) fn actor(row: &Row<'_>, index: usize) -> Result<Actor> {
    text(row, index, |name| Ok(Actor::named(name)))
}

/// An account's number under its partner.
pub(crate) fn account(row: &Row<'_>, index: usize, partner: PartnerId) -> Result<AccountId> {
    let number = u32::try_from(unsigned(row, index)?).ok();
    number
        .and_then(|number| partner.account(number))
        .ok_or_else(|| damaged("account number"))
}

/// The name of a connection.
pub(crate) fn connection_name(row: &Row<'_>, index: usize) -> Result<ConnectionName> {
    text(row, index, |text| {
        ConnectionName::parse(text).map_err(|_| damaged("connection name"))
    })
}

/// A connection's status.
pub(crate) fn status(row: &Row<'_>, index: usize) -> Result<ConnectionStatus> {
    text(row, index, |text| {
        ConnectionStatus::parse(text).map_err(|_| damaged("status"))
    })
}

/// Bytes of a fixed length.
pub(crate) fn bytes<const N: usize>(row: &Row<'_>, index: usize) -> Result<[u8; N]> {
    let value = row
        .get_ref(index)
        .map_err(|error| crate::error::from_sqlite(&error))?;
    let value = value.as_blob().map_err(|_| damaged("blob"))?;
    value.try_into().map_err(|_| damaged("blob"))
}

/// Reads a text without copying it first.
pub(crate) fn text<T>(
    row: &Row<'_>,
    index: usize,
    parse: impl FnOnce(&str) -> Result<T>,
) -> Result<T> {
    let value = row
        .get_ref(index)
        .map_err(|error| crate::error::from_sqlite(&error))?;
    if value.data_type() != Type::Text {
        return Err(damaged("text"));
    }
    parse(value.as_str().map_err(|_| damaged("text"))?)
}
