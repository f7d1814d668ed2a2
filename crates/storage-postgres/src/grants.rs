//! The table of grants.

use domain::grants::{Grant, GrantType};
use domain::{AccountId, PartnerId, Scopes};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::columns::{account, actor, column, damaged, millis, number, partner, time};
use crate::error::Result;
use crate::session::{Batch, Session, Table};

/// Grants by their `id`.
pub(crate) const FIND: &str = "
    SELECT g.partner, g.id, g.client, g.account, g.audience, g.audience_account, g.scope, g.type,
        g.created_at, g.created_by
    FROM unnest($1::text[], $2::uuid[]) AS k (partner, id)
    JOIN grants g ON g.partner = k.partner AND g.id = k.id
    WHERE g.partner = ANY($1)";

/// All grants of these clients.
pub(crate) const OF_CLIENTS: &str = "
    SELECT g.partner, g.id, g.client, g.account, g.audience, g.audience_account, g.scope, g.type,
        g.created_at, g.created_by
    FROM unnest($1::text[], $2::uuid[]) AS k (partner, client)
    JOIN grants g ON g.partner = k.partner AND g.client = k.client
    WHERE g.partner = ANY($1)";

pub(crate) const INSERT: &str = "
    INSERT INTO grants (partner, id, client, account, audience, audience_account, scope, type,
        created_at, created_by)
    SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::integer[], $5::text[], $6::integer[],
        $7::text[], $8::text[], $9::bigint[], $10::text[])";

pub(crate) const DELETE: &str = "
    DELETE FROM grants g USING unnest($1::text[], $2::uuid[]) AS k (partner, id)
    WHERE g.partner = ANY($1) AND g.partner = k.partner AND g.id = k.id";

const LIST: &str = "
    SELECT partner, id, client, account, audience, audience_account, scope, type, created_at, created_by
    FROM grants WHERE partner = $1 AND account = $2 ORDER BY id";

pub(crate) async fn find_all(batch: Batch<'_>, of: &[(PartnerId, Uuid)]) -> Result<Vec<Grant>> {
    look_up(batch, FIND, of).await
}

pub(crate) async fn of_clients(batch: Batch<'_>, of: &[(PartnerId, Uuid)]) -> Result<Vec<Grant>> {
    look_up(batch, OF_CLIENTS, of).await
}

async fn look_up(
    batch: Batch<'_>,
    sql: &'static str,
    of: &[(PartnerId, Uuid)],
) -> Result<Vec<Grant>> {
    let partners: Vec<String> = of.iter().map(|(partner, _)| partner.to_string()).collect();
    let ids: Vec<Uuid> = of.iter().map(|(_, id)| *id).collect();
    let rows = batch.rows(sql, &[&partners, &ids], of.len()).await?;
    rows.iter().map(|row| read(row, 0)).collect()
}

pub(crate) async fn list(session: &Session, owner: AccountId) -> Result<Vec<Grant>> {
    let (partner, account) = (owner.partner().to_string(), number(owner));
    let rows = session.all(LIST, &[&partner, &account]).await?;
    rows.iter().map(|row| read(row, 0)).collect()
}

pub(crate) async fn insert(batch: Batch<'_>, grants: &[&Grant]) -> Result<()> {
    let rows = || grants.iter();
    let table = Table::of(grants.len())
        .column(rows().map(|row| row.account.partner().to_string()))
        .column(rows().map(|row| row.id))
        .column(rows().map(|row| row.client))
        .column(rows().map(|row| number(row.account)))
        .column(rows().map(|row| row.audience.as_str()))
        .column(rows().map(|row| number(row.audience_account)))
        .column(rows().map(|row| row.scopes.to_text()))
        .column(rows().map(|row| row.grant_type.as_str()))
        .column(rows().map(|row| millis(row.created_at)))
        .column(rows().map(|row| row.created_by.as_str()));
    batch.write(INSERT, &table).await
}

pub(crate) async fn delete(batch: Batch<'_>, grants: &[(PartnerId, Uuid)]) -> Result<()> {
    let table = Table::of(grants.len())
        .column(grants.iter().map(|(partner, _)| partner.to_string()))
        .column(grants.iter().map(|(_, id)| *id));
    batch.write(DELETE, &table).await
}

/// Reads a grant whose columns begin at a place.
pub(crate) fn read(row: &Row, first: usize) -> Result<Grant> {
    let of = partner(row, first)?;
    let scopes = Scopes::from_text(column(row, first + 6)?);
    let grant_type = GrantType::parse(column(row, first + 7)?);
    Ok(Grant {
        id: column(row, first + 1)?,
        client: column(row, first + 2)?,
        account: account(row, first + 3, of)?,
        audience: column(row, first + 4)?,
        audience_account: account(row, first + 5, of)?,
        scopes: scopes.map_err(|_| damaged("scope"))?,
        grant_type: grant_type.map_err(|_| damaged("type"))?,
        created_at: time(row, first + 8)?,
        created_by: actor(row, first + 9)?,
    })
}
