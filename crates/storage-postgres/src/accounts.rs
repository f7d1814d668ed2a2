//! The tables of accounts and of their documents.

use domain::accounts::{Account, AccountState, Deletion};
use domain::{AccountId, JsonText, PartnerId};
use storage::AccountsPage;
use tokio_postgres::Row;

use crate::chain;
use crate::columns::{
    account, actor, column, limit, millis, number, only, optional_time, partner, signed, time,
};
use crate::error::Result;
use crate::session::{Batch, Session, Table};

/// What changes must know of accounts. The `OFFSET` keeps the look-up as it is written, a row at a time by its whole key: as
/// a join, all accounts of the partners would be read, or the index gone through once for each pair of partners. $3 is the
/// only partner of the batch, if there is just one ([`only`]).
pub(crate) const FIND_STATES: &str = "
    SELECT f.partner, f.account, f.deleted_at, f.chain_length, f.chain_spine
    FROM unnest($1::text[], $2::integer[]) AS k (partner, account)
    CROSS JOIN LATERAL (
        SELECT a.partner, a.account, a.deleted_at, a.chain_length, a.chain_spine
        FROM accounts a WHERE a.partner = coalesce($3, k.partner) AND a.account = k.account OFFSET 0
    ) f
    WHERE f.partner = ANY($1)";

pub(crate) const INSERT: &str = "
    INSERT INTO accounts (partner, account, id, active, created_at, created_by, updated_at,
        deleted_at, deleted_by, chain_length, chain_spine)
    SELECT * FROM unnest($1::text[], $2::integer[], $3::uuid[], $4::boolean[], $5::bigint[],
        $6::text[], $7::bigint[], $8::bigint[], $9::text[], $10::bigint[], $11::text[])";

pub(crate) const INSERT_DOCUMENTS: &str = "
    INSERT INTO account_documents (partner, account, document)
    SELECT * FROM unnest($1::text[], $2::integer[], $3::text[])";

/// Each by its whole key; with the partners as a filter beside it, all accounts of each were read. $5 as $3 above.
pub(crate) const UPDATE_STATES: &str = "
    UPDATE accounts a SET chain_length = k.chain_length, chain_spine = k.chain_spine
    FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::text[])
        AS k (partner, account, chain_length, chain_spine)
    WHERE a.partner = coalesce($5, k.partner) AND a.account = k.account";

const FIND: &str = "
    SELECT a.account, a.id, a.active, a.created_at, a.created_by, a.updated_at, a.deleted_at,
        a.deleted_by, d.document
    FROM accounts a JOIN account_documents d ON d.partner = a.partner AND d.account = a.account
    WHERE a.partner = $1 AND a.account = $2";

const LIST: &str = "
    SELECT a.account, a.id, a.active, a.created_at, a.created_by, a.updated_at, a.deleted_at,
        a.deleted_by, d.document
    FROM accounts a JOIN account_documents d ON d.partner = a.partner AND d.account = a.account
    WHERE a.partner = $1 AND a.account > $2 AND a.deleted_at IS NULL
    ORDER BY a.account LIMIT $3";

pub(crate) async fn find_states(
    batch: Batch<'_>,
    of: &[AccountId],
) -> Result<Vec<(AccountId, AccountState)>> {
    let partners: Vec<String> = of.iter().map(|id| id.partner().to_string()).collect();
    let numbers: Vec<i32> = of.iter().map(|id| number(*id)).collect();
    let rows = batch
        .rows(
            FIND_STATES,
            &[&partners, &numbers, &only(&partners)],
            of.len(),
        )
        .await?;
    let read = |row: &Row| {
        let id = account(row, 1, partner(row, 0)?)?;
        let state = AccountState {
            deleted_at: optional_time(row, 2)?,
            chain: chain::read(row, 3)?,
        };
        Ok((id, state))
    };
    rows.iter().map(read).collect()
}

pub(crate) async fn find(session: &Session, id: AccountId) -> Result<Option<Account>> {
    let values = (id.partner().to_string(), number(id));
    let found = session.one(FIND, &[&values.0, &values.1]).await?;
    found.map(|row| read(&row, id.partner())).transpose()
}

/// A page by number, without the partner's own account and without deleted ones.
pub(crate) async fn list(
    session: &Session,
    of: PartnerId,
    page: AccountsPage,
) -> Result<Vec<Account>> {
    let after = i32::try_from(page.after.unwrap_or(0)).unwrap_or(i32::MAX);
    let (partner, limit) = (of.to_string(), limit(page.limit));
    let rows = session.all(LIST, &[&partner, &after, &limit]).await?;
    rows.iter().map(|row| read(row, of)).collect()
}

pub(crate) async fn insert(batch: Batch<'_>, accounts: &[(&Account, &AccountState)]) -> Result<()> {
    let rows = || accounts.iter();
    let deletions = || rows().map(|(row, _)| row.deletion.as_ref());
    let table = Table::of(accounts.len())
        .column(rows().map(|(row, _)| row.id.partner().to_string()))
        .column(rows().map(|(row, _)| number(row.id)))
        .column(rows().map(|(row, _)| row.uuid))
        .column(rows().map(|(row, _)| row.active))
        .column(rows().map(|(row, _)| millis(row.created_at)))
        .column(rows().map(|(row, _)| row.created_by.as_str()))
        .column(rows().map(|(row, _)| millis(row.updated_at)))
        .column(deletions().map(|deletion| deletion.map(|deletion| millis(deletion.at))))
        .column(deletions().map(|deletion| deletion.map(|deletion| deletion.by.as_str())))
        .column(rows().map(|(_, state)| signed(state.chain.length())))
        .column(rows().map(|(_, state)| chain::spine_text(&state.chain)));
    batch.write(INSERT, &table).await
}

pub(crate) async fn insert_documents(batch: Batch<'_>, accounts: &[&Account]) -> Result<()> {
    let rows = || accounts.iter();
    let table = Table::of(accounts.len())
        .column(rows().map(|row| row.id.partner().to_string()))
        .column(rows().map(|row| number(row.id)))
        .column(rows().map(|row| row.document.as_str()));
    batch.write(INSERT_DOCUMENTS, &table).await
}

pub(crate) async fn update_states(
    batch: Batch<'_>,
    states: &[(AccountId, &AccountState)],
) -> Result<()> {
    let rows = || states.iter();
    let partners: Vec<String> = rows().map(|(id, _)| id.partner().to_string()).collect();
    let table = Table::of(states.len())
        .column(partners.iter())
        .column(rows().map(|(id, _)| number(*id)))
        .column(rows().map(|(_, state)| signed(state.chain.length())))
        .column(rows().map(|(_, state)| chain::spine_text(&state.chain)))
        .value(only(&partners));
    batch.write(UPDATE_STATES, &table).await
}

fn read(row: &Row, of: PartnerId) -> Result<Account> {
    let deletion = match optional_time(row, 6)? {
        Some(at) => Some(Deletion {
            at,
            by: actor(row, 7)?,
        }),
        None => None,
    };
    Ok(Account {
        id: account(row, 0, of)?,
        uuid: column(row, 1)?,
        active: column(row, 2)?,
        created_at: time(row, 3)?,
        created_by: actor(row, 4)?,
        updated_at: time(row, 5)?,
        deletion,
        document: JsonText::from_checked(column::<&str>(row, 8)?),
    })
}
