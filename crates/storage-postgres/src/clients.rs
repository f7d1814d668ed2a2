//! The table of clients.

use domain::clients::Client;
use domain::{AccountId, PartnerId, SecretHash};
use storage::{ClientKey, ClientWithGrants, decode_list, encode_list};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::columns::{account, actor, bytes, column, damaged, millis, number, partner, time};
use crate::error::Result;
use crate::grants;
use crate::session::{Batch, Session, Table};

/// Clients by their `id`.
pub(crate) const FIND: &str = "
    SELECT c.partner, c.id, c.account, c.client_id, c.name, c.description, c.callbacks, c.secret,
        c.created_at, c.created_by
    FROM unnest($1::text[], $2::uuid[]) AS k (partner, id)
    JOIN clients c ON c.partner = k.partner AND c.id = k.id
    WHERE c.partner = ANY($1)";

/// Which clients have these `client_id`s.
pub(crate) const FIND_IDS: &str = r#"
    SELECT c.partner, c.client_id, c.id
    FROM unnest($1::text[], $2::text[]) AS k (partner, client_id)
    JOIN clients c ON c.partner = k.partner AND c.client_id = k.client_id COLLATE "C"
    WHERE c.partner = ANY($1)"#;

pub(crate) const INSERT: &str = "
    INSERT INTO clients (partner, id, account, client_id, name, description, callbacks, secret,
        created_at, created_by)
    SELECT * FROM unnest($1::text[], $2::uuid[], $3::integer[], $4::text[], $5::text[], $6::text[],
        $7::text[], $8::bytea[], $9::bigint[], $10::text[])";

pub(crate) const DELETE: &str = "
    DELETE FROM clients c USING unnest($1::text[], $2::uuid[]) AS k (partner, id)
    WHERE c.partner = ANY($1) AND c.partner = k.partner AND c.id = k.id";

/// A client and all of its grants, of one moment.
const FIND_BY_ID: &str = "
    SELECT c.partner, c.id, c.account, c.client_id, c.name, c.description, c.callbacks, c.secret,
        c.created_at, c.created_by,
        g.partner, g.id, g.client, g.account, g.audience, g.audience_account, g.scope, g.type,
        g.created_at, g.created_by
    FROM clients c LEFT JOIN grants g ON g.partner = c.partner AND g.client = c.id
    WHERE c.partner = $1 AND c.id = $2 ORDER BY g.id";

/// The same by its `client_id`.
const FIND_BY_CLIENT_ID: &str = "
    SELECT c.partner, c.id, c.account, c.client_id, c.name, c.description, c.callbacks, c.secret,
        c.created_at, c.created_by,
        g.partner, g.id, g.client, g.account, g.audience, g.audience_account, g.scope, g.type,
        g.created_at, g.created_by
    FROM clients c LEFT JOIN grants g ON g.partner = c.partner AND g.client = c.id
    WHERE c.partner = $1 AND c.client_id = $2 ORDER BY g.id";

const LIST: &str = "
    SELECT partner, id, account, client_id, name, description, callbacks, secret, created_at, created_by
    FROM clients WHERE partner = $1 AND account = $2 ORDER BY id";

pub(crate) async fn find_all(batch: Batch<'_>, of: &[(PartnerId, Uuid)]) -> Result<Vec<Client>> {
    let partners: Vec<String> = of.iter().map(|(partner, _)| partner.to_string()).collect();
    let ids: Vec<Uuid> = of.iter().map(|(_, id)| *id).collect();
    let rows = batch.rows(FIND, &[&partners, &ids], of.len()).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn find_ids(
    batch: Batch<'_>,
    of: &[(PartnerId, String)],
) -> Result<Vec<((PartnerId, String), Uuid)>> {
    let partners: Vec<String> = of.iter().map(|(partner, _)| partner.to_string()).collect();
    let client_ids: Vec<&str> = of.iter().map(|(_, client_id)| client_id.as_str()).collect();
    let values: [crate::session::Value<'_>; 2] = [&partners, &client_ids];
    let rows = batch.rows(FIND_IDS, &values, of.len()).await?;
    rows.iter()
        .map(|row| Ok(((partner(row, 0)?, column(row, 1)?), column(row, 2)?)))
        .collect()
}

pub(crate) async fn find(
    session: &Session,
    of: PartnerId,
    key: &ClientKey,
) -> Result<Option<ClientWithGrants>> {
    let of = of.to_string();
    let rows = match key {
        ClientKey::Id(id) => session.all(FIND_BY_ID, &[&of, id]).await?,
        ClientKey::ClientId(text) => session.all(FIND_BY_CLIENT_ID, &[&of, text]).await?,
    };
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let has_grant = column::<Option<&str>>(first, 10)?.is_some();
    let grants = rows.iter().filter(|_| has_grant);
    Ok(Some(ClientWithGrants {
        client: read(first)?,
        grants: grants
            .map(|row| grants::read(row, 10))
            .collect::<Result<_>>()?,
    }))
}

pub(crate) async fn list(session: &Session, owner: AccountId) -> Result<Vec<Client>> {
    let (partner, account) = (owner.partner().to_string(), number(owner));
    let rows = session.all(LIST, &[&partner, &account]).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn insert(batch: Batch<'_>, clients: &[&Client]) -> Result<()> {
    let rows = || clients.iter();
    let table = Table::of(clients.len())
        .column(rows().map(|row| row.account.partner().to_string()))
        .column(rows().map(|row| row.id))
        .column(rows().map(|row| number(row.account)))
        .column(rows().map(|row| row.client_id.as_str()))
        .column(rows().map(|row| row.name.as_deref()))
        .column(rows().map(|row| row.description.as_deref()))
        .column(rows().map(|row| row.callbacks.as_deref().map(encode_list)))
        .column(rows().map(|row| row.secret.0.as_slice()))
        .column(rows().map(|row| millis(row.created_at)))
        .column(rows().map(|row| row.created_by.as_str()));
    batch.write(INSERT, &table).await
}

pub(crate) async fn delete(batch: Batch<'_>, clients: &[(PartnerId, Uuid)]) -> Result<()> {
    let table = Table::of(clients.len())
        .column(clients.iter().map(|(partner, _)| partner.to_string()))
        .column(clients.iter().map(|(_, id)| *id));
    batch.write(DELETE, &table).await
}

fn read(row: &Row) -> Result<Client> {
    let of = partner(row, 0)?;
    let callbacks: Option<&str> = column(row, 6)?;
    let decode = |text: &str| decode_list(text).ok_or_else(|| damaged("list of callbacks"));
    Ok(Client {
        id: column(row, 1)?,
        account: account(row, 2, of)?,
        client_id: column(row, 3)?,
        name: column(row, 4)?,
        description: column(row, 5)?,
        callbacks: callbacks.map(decode).transpose()?,
        secret: SecretHash(bytes(row, 7)?),
        created_at: time(row, 8)?,
        created_by: actor(row, 9)?,
    })
}
