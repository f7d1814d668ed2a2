//! What a database says of its secrets and their owners, read from a file or a server.

use domain::signing_keys::SigningKeyRecord;
use domain::{PartnerId, Stream};
use storage::{Installation, Reader, StorageError};
use storage_sqlite::Examination;

/// The installation, and of each partner its stream row and signing keys.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) installation: Option<Installation>,
    pub(super) partners: Vec<(PartnerId, Stream, Vec<SigningKeyRecord>)>,
}

impl Sealed {
    pub(super) fn of_file(examination: &Examination) -> Result<Self, StorageError> {
        let mut partners = Vec::new();
        for (partner, stream) in examination.streams()? {
            partners.push((partner, stream, examination.signing_keys(partner)?));
        }
        Ok(Self {
            installation: examination.installation()?,
            partners,
        })
    }

    pub(super) async fn read(reader: &dyn Reader) -> Result<Self, StorageError> {
        let mut partners = Vec::new();
        for (partner, stream) in reader.list_streams().await? {
            partners.push((partner, stream, reader.list_signing_keys(partner).await?));
        }
        Ok(Self {
            installation: reader.find_installation().await?,
            partners,
        })
    }
}
