//! How values stand in columns, and back.

use domain::connections::{ConnectionName, ConnectionStatus};
use domain::{AccountId, Actor, PartnerId, Timestamp};
use storage::StorageError;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::error::{OrStorageError, Result};

/// A stored value that is none of the values it can be.
pub(crate) fn damaged(what: &str) -> StorageError {
    StorageError::Damaged(format!("a stored {what} cannot be read"))
}

/// Reads a column by its place.
pub(crate) fn column<'row, T: FromSql<'row>>(row: &'row Row, index: usize) -> Result<T> {
    row.try_get(index).or_storage_error()
}

/// A number that is never negative.
pub(crate) fn unsigned(row: &Row, index: usize) -> Result<u64> {
    u64::try_from(column::<i64>(row, index)?).map_err(|_| damaged("number"))
}

/// A number that is never negative, or none.
pub(crate) fn optional_unsigned(row: &Row, index: usize) -> Result<Option<u64>> {
    let value: Option<i64> = column(row, index)?;
    value
        .map(|value| u64::try_from(value).map_err(|_| damaged("number")))
        .transpose()
}

/// As PostgreSQL stores it; numbers here stay far below the limit.
pub(crate) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A number of rows, as `LIMIT` takes it.
pub(crate) fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// Milliseconds.
pub(crate) fn time(row: &Row, index: usize) -> Result<Timestamp> {
    unsigned(row, index).map(Timestamp::from_millis)
}

/// Milliseconds, or none.
pub(crate) fn optional_time(row: &Row, index: usize) -> Result<Option<Timestamp>> {
    Ok(optional_unsigned(row, index)?.map(Timestamp::from_millis))
}

/// A time as it is stored.
pub(crate) fn millis(moment: Timestamp) -> i64 {
    signed(moment.millis())
}

/// An actor's name.
pub(crate) fn actor(row: &Row, index: usize) -> Result<Actor> {
    column(row, index).map(Actor::named)
}

/// A partner.
pub(crate) fn partner(row: &Row, index: usize) -> Result<PartnerId> {
    column::<&str>(row, index)?
        .parse()
        .map_err(|_| damaged("partner"))
}

/// The partner of all rows, if it is the same.
///
/// Statements that look rows up one by one compare with `coalesce($n, k.partner)`: Citus, which has each partner on one of its
/// servers, then knows where to ask before it has read the list. To PostgreSQL it is the same as without.
pub(crate) fn only(partners: &[String]) -> Option<&str> {
    let first = partners.first()?;
    let is_same = partners.iter().all(|other| other == first);
    is_same.then_some(first)
}

/// An account's number under its partner, as it is stored; it has five digits at most.
pub(crate) fn number(account: AccountId) -> i32 {
    i32::try_from(account.number()).unwrap_or(i32::MAX)
}

/// An account by its number under its partner.
pub(crate) fn account(row: &Row, index: usize, partner: PartnerId) -> Result<AccountId> {
    let number = u32::try_from(column::<i32>(row, index)?).ok();
    number
        .and_then(|number| partner.account(number))
        .ok_or_else(|| damaged("account number"))
}

/// The name of a connection.
pub(crate) fn connection_name(row: &Row, index: usize) -> Result<ConnectionName> {
    ConnectionName::parse(column(row, index)?).map_err(|_| damaged("connection name"))
}

/// A connection's status.
pub(crate) fn status(row: &Row, index: usize) -> Result<ConnectionStatus> {
    ConnectionStatus::parse(column(row, index)?).map_err(|_| damaged("status"))
}

/// Bytes of a fixed length.
pub(crate) fn bytes<const N: usize>(row: &Row, index: usize) -> Result<[u8; N]> {
    column::<&[u8]>(row, index)?
        .try_into()
        .map_err(|_| damaged("blob"))
}
