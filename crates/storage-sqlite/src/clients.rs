//! The table of clients.

use domain::clients::Client;
use domain::{AccountId, PartnerId, SecretHash};
use rusqlite::{Connection, Row, params};
use storage::{ClientKey, decode_list, encode_list};
use uuid::Uuid;

use crate::columns::{account, actor, bytes, column, damaged, millis, time, uuid};
use crate::error::Result;
use crate::query;

const COLUMNS: &str =
    "id, account, client_id, name, description, callbacks, secret, created_at, created_by";

pub(crate) fn find(db: &Connection, partner: PartnerId, key: &ClientKey) -> Result<Option<Client>> {
    let (column, value) = match key {
        ClientKey::Id(id) => ("id", id.to_string()),
        ClientKey::ClientId(client_id) => ("client_id", client_id.clone()),
    };
    let sql = format!("SELECT {COLUMNS} FROM clients WHERE partner = ?1 AND {column} = ?2");
    query::one(db, &sql, params![partner.to_string(), value], |row| {
        read(row, partner)
    })
}

/// The `id` of the client with this `client_id`.
pub(crate) fn find_id(
    db: &Connection,
    partner: PartnerId,
    client_id: &str,
) -> Result<Option<Uuid>> {
    let sql = "SELECT id FROM clients WHERE partner = ?1 AND client_id = ?2";
    query::one(db, sql, params![partner.to_string(), client_id], |row| {
        uuid(row, 0)
    })
}

pub(crate) fn list(db: &Connection, owner: AccountId) -> Result<Vec<Client>> {
    let sql =
        format!("SELECT {COLUMNS} FROM clients WHERE partner = ?1 AND account = ?2 ORDER BY id");
    let values = params![owner.partner().to_string(), owner.number()];
    query::all(db, &sql, values, |row| read(row, owner.partner()))
}

pub(crate) fn insert(db: &Connection, client: &Client) -> Result<()> {
    let callbacks = client.callbacks.as_deref().map(encode_list);
    let sql = "INSERT INTO clients (partner, id, account, client_id, name, description, callbacks,
             secret, created_at, created_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let values = params![
        client.account.partner().to_string(),
        client.id.to_string(),
        client.account.number(),
        client.client_id,
        client.name,
        client.description,
        callbacks,
        client.secret.0,
        millis(client.created_at),
        client.created_by.as_str(),
    ];
    query::execute(db, sql, values).map(drop)
}

pub(crate) fn delete(db: &Connection, partner: PartnerId, id: Uuid) -> Result<()> {
    let sql = "DELETE FROM clients WHERE partner = ?1 AND id = ?2";
    query::execute(db, sql, params![partner.to_string(), id.to_string()]).map(drop)
}

fn read(row: &Row<'_>, partner: PartnerId) -> Result<Client> {
    let callbacks: Option<String> = column(row, 5)?;
    let decode = |text: String| decode_list(&text).ok_or_else(|| damaged("list of callbacks"));
    Ok(Client {
        id: uuid(row, 0)?,
        account: account(row, 1, partner).map_err(|_| damaged("client's account"))?,
        client_id: column(row, 2)?,
        name: column(row, 3)?,
        description: column(row, 4)?,
        callbacks: callbacks.map(decode).transpose()?,
        secret: SecretHash(bytes(row, 6)?),
        created_at: time(row, 7)?,
        created_by: actor(row, 8)?,
    })
}
