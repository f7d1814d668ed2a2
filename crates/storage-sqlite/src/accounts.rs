//! The tables of accounts and of their documents.

use domain::accounts::{Account, AccountState, Deletion};
use domain::{AccountId, JsonText, PartnerId};
use rusqlite::{Connection, Row, params};
use storage::AccountsPage;

use crate::chain;
use crate::columns::{actor, column, damaged, millis, optional_time, signed, text, time, uuid};
use crate::error::Result;
use crate::query;

const COLUMNS: &str = "a.account, a.id, a.active, a.created_at, a.created_by, a.updated_at,
    a.deleted_at, a.deleted_by, d.document";

/// What a change must know of an account.
pub(crate) fn find_state(db: &Connection, account: AccountId) -> Result<Option<AccountState>> {
    let sql = "SELECT deleted_at, chain_length, chain_spine FROM accounts
         WHERE partner = ?1 AND account = ?2";
    query::one(
        db,
        sql,
        params![account.partner().to_string(), account.number()],
        |row| {
            Ok(AccountState {
                deleted_at: optional_time(row, 0)?,
                chain: chain::read(row, 1)?,
            })
        },
    )
}

pub(crate) fn find(db: &Connection, account: AccountId) -> Result<Option<Account>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM accounts a JOIN account_documents d USING (partner, account)
         WHERE a.partner = ?1 AND a.account = ?2"
    );
    let values = params![account.partner().to_string(), account.number()];
    query::one(db, &sql, values, |row| read(row, account.partner()))
}

/// A page by number, without the partner's own account and without deleted ones.
pub(crate) fn list(
    db: &Connection,
    partner: PartnerId,
    page: AccountsPage,
) -> Result<Vec<Account>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM accounts a JOIN account_documents d USING (partner, account)
         WHERE a.partner = ?1 AND a.account > ?2 AND a.deleted_at IS NULL
         ORDER BY a.account LIMIT ?3"
    );
    let limit = i64::try_from(page.limit).unwrap_or(i64::MAX);
    let values = params![partner.to_string(), page.after.unwrap_or(0), limit];
    query::all(db, &sql, values, |row| read(row, partner))
}

pub(crate) fn insert(db: &Connection, account: &Account, state: &AccountState) -> Result<()> {
    let partner = account.id.partner().to_string();
    let sql = "INSERT INTO accounts (partner, account, id, active, created_at, created_by,
             updated_at, deleted_at, deleted_by, chain_length, chain_spine)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let values = params![
        partner,
        account.id.number(),
        account.uuid.to_string(),
        account.active,
        millis(account.created_at),
        account.created_by.as_str(),
        millis(account.updated_at),
        account
            .deletion
            .as_ref()
            .map(|deletion| millis(deletion.at)),
        account
            .deletion
            .as_ref()
            .map(|deletion| deletion.by.as_str().to_owned()),
        signed(state.chain.length()),
        chain::spine_text(&state.chain),
    ];
    query::execute(db, sql, values)?;
    let sql = "INSERT INTO account_documents (partner, account, document) VALUES (?1, ?2, ?3)";
    let values = params![partner, account.id.number(), account.document.as_str()];
    query::execute(db, sql, values).map(drop)
}

pub(crate) fn update_state(
    db: &Connection,
    account: AccountId,
    state: &AccountState,
) -> Result<()> {
    let sql = "UPDATE accounts SET chain_length = ?3, chain_spine = ?4
         WHERE partner = ?1 AND account = ?2";
    let values = params![
        account.partner().to_string(),
        account.number(),
        signed(state.chain.length()),
        chain::spine_text(&state.chain),
    ];
    query::execute(db, sql, values).map(drop)
}

fn read(row: &Row<'_>, partner: PartnerId) -> Result<Account> {
    let number: u32 = column(row, 0)?;
    let deletion = match optional_time(row, 6)? {
        Some(at) => Some(Deletion {
            at,
            by: actor(row, 7)?,
        }),
        None => None,
    };
    Ok(Account {
        id: partner
            .account(number)
            .ok_or_else(|| damaged("account number"))?,
        uuid: uuid(row, 1)?,
        active: column(row, 2)?,
        created_at: time(row, 3)?,
        created_by: actor(row, 4)?,
        updated_at: time(row, 5)?,
        deletion,
        document: text(row, 8, |text| Ok(JsonText::from_checked(text)))?,
    })
}
