//! The table of grants.

use domain::grants::{Grant, GrantType};
use domain::{AccountId, PartnerId, Scopes};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::columns::{account, actor, column, damaged, millis, text, time, uuid};
use crate::error::Result;
use crate::query;

const SELECT: &str = "SELECT id, client, account, audience, audience_account, scope, type,
    created_at, created_by FROM grants WHERE partner = ?1";

pub(crate) fn find(db: &Connection, partner: PartnerId, id: Uuid) -> Result<Option<Grant>> {
    let values = params![partner.to_string(), id.to_string()];
    query::one(db, &format!("{SELECT} AND id = ?2"), values, |row| {
        read(row, partner)
    })
}

pub(crate) fn of_client(db: &Connection, partner: PartnerId, client: Uuid) -> Result<Vec<Grant>> {
    let values = params![partner.to_string(), client.to_string()];
    let sql = format!("{SELECT} AND client = ?2 ORDER BY id");
    query::all(db, &sql, values, |row| read(row, partner))
}

pub(crate) fn list(db: &Connection, owner: AccountId) -> Result<Vec<Grant>> {
    let values = params![owner.partner().to_string(), owner.number()];
    let sql = format!("{SELECT} AND account = ?2 ORDER BY id");
    query::all(db, &sql, values, |row| read(row, owner.partner()))
}

pub(crate) fn insert(db: &Connection, grant: &Grant) -> Result<()> {
    let sql = "INSERT INTO grants (partner, id, client, account, audience, audience_account,
             scope, type, created_at, created_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let values = params![
        grant.account.partner().to_string(),
        grant.id.to_string(),
        grant.client.to_string(),
        grant.account.number(),
        grant.audience,
        grant.audience_account.number(),
        grant.scopes.to_text(),
        grant.grant_type.as_str(),
        millis(grant.created_at),
        grant.created_by.as_str(),
    ];
    query::execute(db, sql, values).map(drop)
}

pub(crate) fn delete(db: &Connection, partner: PartnerId, id: Uuid) -> Result<()> {
    let sql = "DELETE FROM grants WHERE partner = ?1 AND id = ?2";
    query::execute(db, sql, params![partner.to_string(), id.to_string()]).map(drop)
}

fn read(row: &Row<'_>, partner: PartnerId) -> Result<Grant> {
    Ok(Grant {
        id: uuid(row, 0)?,
        client: uuid(row, 1)?,
        account: account(row, 2, partner)?,
        audience: column(row, 3)?,
        audience_account: account(row, 4, partner)?,
        scopes: text(row, 5, |text| {
            Scopes::from_text(text).map_err(|_| damaged("scope"))
        })?,
        grant_type: text(row, 6, |text| {
            GrantType::parse(text).map_err(|_| damaged("type"))
        })?,
        created_at: time(row, 7)?,
        created_by: actor(row, 8)?,
    })
}
