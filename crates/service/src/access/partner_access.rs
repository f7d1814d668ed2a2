//! What is remembered of one partner: its auth epoch, its keys and its clients.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use domain::PartnerId;
use domain::signing_keys::SigningKeyRecord;
use oauth::{DataKey, PublicJwk, SigningKey, VerifyingKey};
use quick_cache::sync::Cache;
use storage::{ClientKey, ClientWithGrants};
use tokio::sync::Mutex;

use crate::Service;
use crate::access::Access;
use crate::access::known_epoch::KnownEpoch;
use crate::refusal::Failure;

/// Clients of one partner that are remembered, at most.
const CLIENTS_MAX: usize = 10_000;

/// What is remembered of one partner.
#[derive(Debug)]
pub(crate) struct PartnerAccess {
    pub(crate) partner: PartnerId,
    pub(crate) data_key: DataKey,
    epoch: KnownEpoch,
    verifying_keys: RwLock<HashMap<String, Arc<VerifyingKey>>>,
    pub(crate) signing_key: RwLock<Option<Arc<SigningKey>>>,
    pub(crate) making_key: Mutex<()>,
    clients: Cache<String, Arc<RememberedClient>>,
}

/// A client as it was at an auth epoch.
#[derive(Debug)]
pub(crate) struct RememberedClient {
    pub(crate) auth_epoch: u64,
    pub(crate) found: ClientWithGrants,
}

impl PartnerAccess {
    fn new(partner: PartnerId, data_key: DataKey) -> Self {
        Self {
            partner,
            data_key,
            epoch: KnownEpoch::unknown(),
            verifying_keys: RwLock::default(),
            signing_key: RwLock::default(),
            making_key: Mutex::new(()),
            clients: Cache::new(CLIENTS_MAX),
        }
    }

    /// Has the epoch read again before it is next trusted.
    pub(crate) fn distrust_epoch(&self) {
        self.epoch.distrust();
    }

    fn verifying_key(&self, kid: &str) -> Option<Arc<VerifyingKey>> {
        let keys = self
            .verifying_keys
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        keys.get(kid).cloned()
    }

    fn keep_verifying_keys(&self, records: &[SigningKeyRecord]) -> Result<(), Failure> {
        let damaged = |error: oauth::JwkError| Failure::Internal(format!("a stored key: {error}"));
        let mut keys = HashMap::new();
        for record in records {
            let jwk = PublicJwk::from_json(record.public_jwk.as_str()).map_err(damaged)?;
            let key = VerifyingKey::from_jwk(&jwk).map_err(damaged)?;
            keys.insert(record.kid.clone(), Arc::new(key));
        }
        *self
            .verifying_keys
            .write()
            .unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }
}

impl Access {
    /// Forgets what must be read again after this process changed access itself.
    pub(crate) fn changed(&self, partner: PartnerId) {
        if let Some(known) = self.known_partner(partner) {
            known.distrust_epoch();
        }
    }
}

impl Service {
    /// What is remembered of a partner; `None` where the partner was never set up.
    pub(crate) async fn partner_access(
        &self,
        partner: PartnerId,
    ) -> Result<Option<Arc<PartnerAccess>>, Failure> {
        if let Some(known) = self.access.known_partner(partner) {
            return Ok(Some(known));
        }
        let Some(stream) = self.storage.find_stream(partner).await? else {
            return Ok(None);
        };
        let data_key = self
            .root_key
            .open_data_key(&stream.data_key.0, partner)
            .map_err(|error| Failure::Internal(format!("the data key of {partner}: {error}")))?;
        let made = PartnerAccess::new(partner, data_key);
        Ok(Some(self.access.keep_partner(partner, made)))
    }

    /// The partner's auth epoch, known from at most a second ago.
    pub(crate) async fn present_epoch(&self, known: &PartnerAccess) -> Result<u64, Failure> {
        let read = async || {
            let stream = self.storage.find_stream(known.partner).await?;
            let gone = || Failure::Internal(format!("the partner {} has vanished", known.partner));
            Ok(stream.ok_or_else(gone)?.auth_epoch)
        };
        known.epoch.get(read).await
    }

    /// The key that verifies tokens with this `kid`.
    pub(crate) async fn find_verifying_key(
        &self,
        known: &PartnerAccess,
        kid: &str,
    ) -> Result<Option<Arc<VerifyingKey>>, Failure> {
        if let Some(key) = known.verifying_key(kid) {
            return Ok(Some(key));
        }
        let records = self.storage.list_signing_keys(known.partner).await?;
        known.keep_verifying_keys(&records)?;
        Ok(known.verifying_key(kid))
    }

    /// A client with its grants as they are at the epoch. The client is looked for by `client_id`, then by `id`.
    pub(crate) async fn find_client_at(
        &self,
        known: &PartnerAccess,
        name: &str,
        epoch: u64,
    ) -> Result<Option<Arc<RememberedClient>>, Failure> {
        let remembered = known
            .clients
            .get(name)
            .filter(|client| client.auth_epoch == epoch);
        if remembered.is_some() {
            return Ok(remembered);
        }
        let by_client_id = ClientKey::ClientId(name.to_owned());
        let mut found = self
            .storage
            .find_client(known.partner, &by_client_id)
            .await?;
        if found.is_none()
            && let Ok(id) = name.parse()
        {
            found = self
                .storage
                .find_client(known.partner, &ClientKey::Id(id))
                .await?;
        }
        let Some(found) = found else { return Ok(None) };
        let client = Arc::new(RememberedClient {
            auth_epoch: epoch,
            found,
        });
        known.clients.insert(name.to_owned(), Arc::clone(&client));
        Ok(Some(client))
    }
}
