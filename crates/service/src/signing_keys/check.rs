//! Whether a partner's keys can be opened, for whoever looks for what is wrong with an installation.

use domain::signing_keys::SigningKeyRecord;
use domain::{PartnerId, SealedBytes};
use oauth::{Algorithm, RootKey};

use super::make::open_sealed;

/// Opens a partner's data key with the root key, and with it every signing key; answers what does not open, in words.
#[must_use]
pub fn unopenable_keys(
    root_key: &RootKey,
    partner: PartnerId,
    data_key: &SealedBytes,
    records: &[SigningKeyRecord],
) -> Vec<String> {
    let data_key = match root_key.open_data_key(&data_key.0, partner) {
        Ok(data_key) => data_key,
        Err(error) => return vec![format!("the data key of {partner}: {error}")],
    };
    let unopenable = |record: &SigningKeyRecord| {
        let algorithm: Algorithm = match record.algorithm.parse() {
            Ok(algorithm) => algorithm,
            Err(error) => {
                return Some(format!(
                    "the signing key {} of {partner}: {error}",
                    record.kid
                ));
            }
        };
        open_sealed(partner, &data_key, algorithm, record).err()
    };
    records.iter().filter_map(unopenable).collect()
}
