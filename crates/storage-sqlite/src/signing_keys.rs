//! The table of signing keys.

use domain::signing_keys::SigningKeyRecord;
use domain::{JsonText, PartnerId, SealedBytes};
use rusqlite::{Connection, Row, params};

use crate::columns::{actor, column, millis, text, time};
use crate::error::Result;
use crate::query;

pub(crate) fn list(db: &Connection, partner: PartnerId) -> Result<Vec<SigningKeyRecord>> {
    let sql = "SELECT kid, algorithm, public_jwk, private_key, created_at, created_by
         FROM signing_keys WHERE partner = ?1 ORDER BY created_at, kid";
    query::all(db, sql, params![partner.to_string()], read)
}

pub(crate) fn insert(db: &Connection, partner: PartnerId, key: &SigningKeyRecord) -> Result<()> {
    let sql = "INSERT INTO signing_keys (partner, kid, algorithm, public_jwk, private_key,
             created_at, created_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let values = params![
        partner.to_string(),
        key.kid,
        key.algorithm,
        key.public_jwk.as_str(),
        key.private_key.0,
        millis(key.created_at),
        key.created_by.as_str(),
    ];
    query::execute(db, sql, values).map(drop)
}

fn read(row: &Row<'_>) -> Result<SigningKeyRecord> {
    Ok(SigningKeyRecord {
        kid: column(row, 0)?,
        algorithm: column(row, 1)?,
        public_jwk: text(row, 2, |text| Ok(JsonText::from_checked(text)))?,
        private_key: SealedBytes(column(row, 3)?),
        created_at: time(row, 4)?,
        created_by: actor(row, 5)?,
    })
}
