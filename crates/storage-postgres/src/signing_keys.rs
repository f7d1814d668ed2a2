//! The table of signing keys.

use domain::signing_keys::SigningKeyRecord;
use domain::{JsonText, PartnerId, SealedBytes};
use tokio_postgres::Row;

use crate::columns::{actor, column, millis, partner, time};
use crate::error::Result;
use crate::session::{Batch, Session, Table};

/// All keys of these partners.
pub(crate) const OF_PARTNERS: &str = "
    SELECT partner, kid, algorithm, public_jwk, private_key, created_at, created_by
    FROM signing_keys WHERE partner = ANY($1)";

pub(crate) const INSERT: &str = "
    INSERT INTO signing_keys (partner, kid, algorithm, public_jwk, private_key, created_at, created_by)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[],
        $7::text[])";

const LIST: &str = "
    SELECT partner, kid, algorithm, public_jwk, private_key, created_at, created_by
    FROM signing_keys WHERE partner = $1 ORDER BY created_at, kid";

pub(crate) async fn of_partners(
    batch: Batch<'_>,
    of: &[PartnerId],
) -> Result<Vec<(PartnerId, SigningKeyRecord)>> {
    let partners: Vec<String> = of.iter().map(PartnerId::to_string).collect();
    let rows = batch.rows(OF_PARTNERS, &[&partners], of.len()).await?;
    rows.iter()
        .map(|row| Ok((partner(row, 0)?, read(row)?)))
        .collect()
}

pub(crate) async fn list(session: &Session, of: PartnerId) -> Result<Vec<SigningKeyRecord>> {
    let rows = session.all(LIST, &[&of.to_string()]).await?;
    rows.iter().map(read).collect()
}

pub(crate) async fn insert(
    batch: Batch<'_>,
    keys: &[(PartnerId, &SigningKeyRecord)],
) -> Result<()> {
    let rows = || keys.iter();
    let table = Table::of(keys.len())
        .column(rows().map(|(partner, _)| partner.to_string()))
        .column(rows().map(|(_, key)| key.kid.as_str()))
        .column(rows().map(|(_, key)| key.algorithm.as_str()))
        .column(rows().map(|(_, key)| key.public_jwk.as_str()))
        .column(rows().map(|(_, key)| key.private_key.0.as_slice()))
        .column(rows().map(|(_, key)| millis(key.created_at)))
        .column(rows().map(|(_, key)| key.created_by.as_str()));
    batch.write(INSERT, &table).await
}

fn read(row: &Row) -> Result<SigningKeyRecord> {
    Ok(SigningKeyRecord {
        kid: column(row, 1)?,
        algorithm: column(row, 2)?,
        public_jwk: JsonText::from_checked(column::<&str>(row, 3)?),
        private_key: SealedBytes(column(row, 4)?),
        created_at: time(row, 5)?,
        created_by: actor(row, 6)?,
    })
}
