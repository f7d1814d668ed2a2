//! The key that signs a partner's tokens: read, or made when there is none for the configured algorithm.

use std::sync::{Arc, PoisonError};

use domain::signing_keys::{AddSigningKey, SigningKeyRecord};
use domain::{Caller, JsonText, PartnerId, SealedBytes};
use oauth::{Algorithm, DataKey, SigningKey};

use crate::Service;
use crate::access::PartnerAccess;
use crate::refusal::{Failure, Refusal};

impl Service {
    /// The partner's signing key for the configured algorithm.
    pub(crate) async fn signing_key(
        &self,
        known: &Arc<PartnerAccess>,
    ) -> Result<Arc<SigningKey>, Failure> {
        if let Some(key) = remembered(known) {
            return Ok(key);
        }
        let _making = known.making_key.lock().await;
        if let Some(key) = remembered(known) {
            return Ok(key);
        }
        let algorithm = self.settings.token_algorithm;
        let records = self.storage.list_signing_keys(known.partner).await?;
        let standing = records
            .into_iter()
            .rev()
            .find(|key| key.algorithm == algorithm.as_str());
        let record = match standing {
            Some(record) => record,
            None => self.make_key(known, algorithm).await?,
        };
        let key = Arc::new(open(known, algorithm, &record)?);
        *known
            .signing_key
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&key));
        Ok(key)
    }

    /// Makes a key and stores it; where another process was faster, its key.
    async fn make_key(
        &self,
        known: &Arc<PartnerAccess>,
        algorithm: Algorithm,
    ) -> Result<SigningKeyRecord, Failure> {
        let internal =
            |error: &dyn std::fmt::Display| Failure::Internal(format!("a new key: {error}"));
        let generated = tokio::task::spawn_blocking(move || SigningKey::generate(algorithm));
        let key = generated.await.map_err(|error| internal(&error))?;
        let key = key.map_err(|error| internal(&error))?;
        let private = key.private_pkcs8().map_err(|error| internal(&error))?;
        let context = seal_context(known.partner, key.kid());
        let sealed = known
            .data_key
            .seal(&context, &private, self.entropy.as_ref());
        let change = AddSigningKey {
            caller: Caller::command("kobling"),
            partner: known.partner,
            kid: key.kid().to_owned(),
            algorithm: algorithm.as_str().to_owned(),
            public_jwk: JsonText::from_checked(key.public_jwk().to_json()),
            private_key: SealedBytes(sealed),
        };
        self.write_locally(change)
            .await
            .map_err(|refusal| match refusal {
                Refusal::Failed(failure) => failure,
                Refusal::Denied(denied) => internal(&denied),
                Refusal::Refused(refused) => internal(&refused),
            })
    }
}

fn remembered(known: &PartnerAccess) -> Option<Arc<SigningKey>> {
    known
        .signing_key
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

fn open(
    known: &PartnerAccess,
    algorithm: Algorithm,
    record: &SigningKeyRecord,
) -> Result<SigningKey, Failure> {
    open_sealed(known.partner, &known.data_key, algorithm, record).map_err(Failure::Internal)
}

/// Opens a stored key, or says which key it is and why it does not open.
pub(super) fn open_sealed(
    partner: PartnerId,
    data_key: &DataKey,
    algorithm: Algorithm,
    record: &SigningKeyRecord,
) -> Result<SigningKey, String> {
    let damaged = |error: &dyn std::fmt::Display| {
        format!("the signing key {} of {partner}: {error}", record.kid)
    };
    let context = seal_context(partner, &record.kid);
    let private = data_key.open(&context, &record.private_key.0);
    let private = private.map_err(|error| damaged(&error))?;
    SigningKey::from_pkcs8(algorithm, &private).map_err(|error| damaged(&error))
}

/// What the sealed key is and whose, so that it opens in no other place.
fn seal_context(partner: PartnerId, kid: &str) -> String {
    format!("signing_key {partner} {kid}")
}
