//! Recording an event: may the caller, then the lane.

use aws_lc_rs::digest::{Context, SHA256, digest};
use domain::connections::{
    ConnectionName, EventRecorded, Idempotency, IdempotencyHash, NewConnectionEvent, Precondition,
    RecordEvent, RecordEventRefused, RequestHash,
};
use domain::{AccountId, IdSeed, OwnerId, Scope};

use crate::Service;
use crate::access::Identity;
use crate::refusal::Refusal;

/// What a caller reports, and under which conditions.
#[derive(Clone, Debug)]
pub struct RecordEventRequest {
    /// The owner in the path.
    pub owner: OwnerId,
    /// Whose connection.
    pub account: AccountId,
    /// Which connection.
    pub connection: ConnectionName,
    /// What is reported.
    pub event: NewConnectionEvent,
    /// Record only if the connection is at one of these versions.
    pub only_if: Option<Precondition>,
    /// Record only once.
    pub once: Option<RequestFingerprint>,
}

/// What makes a request the same as an earlier one.
#[derive(Clone, Debug)]
pub struct RequestFingerprint {
    /// The caller's idempotency key.
    pub key: String,
    /// The hash of the body's bytes.
    body: RequestHash,
}

impl RequestFingerprint {
    /// Of a key and the body that it was sent with.
    #[must_use]
    pub fn new(key: String, body: &[u8]) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, body).as_ref());
        Self {
            key,
            body: RequestHash(hash),
        }
    }

    /// The key is unique within client and canonical operation; the partner is part of the row's own key.
    fn within(&self, identity: &Identity, request: &RecordEventRequest) -> Idempotency {
        let mut context = Context::new(&SHA256);
        let account = request.account.to_string();
        let client = identity.client();
        let parts = [
            client.as_bytes().as_slice(),
            b"connection_events.record",
            account.as_bytes(),
            request.connection.as_str().as_bytes(),
            self.key.as_bytes(),
        ];
        for part in parts {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        let mut key = [0; 32];
        key.copy_from_slice(context.finish().as_ref());
        Idempotency {
            key: IdempotencyHash(key),
            request: self.body,
        }
    }
}

impl Service {
    /// Records an event. When this answers, the event is on disk.
    ///
    /// # Errors
    /// The caller may not, the rules refuse, or the database cannot be used.
    pub async fn record_connection_event(
        &self,
        identity: &Identity,
        scopes: &[Scope],
        request: RecordEventRequest,
    ) -> Result<EventRecorded, Refusal<RecordEventRefused>> {
        let id_seed = IdSeed::draw(self.entropy.as_ref());
        let authorise = |identity: &Identity, caller| {
            identity.require_account(request.owner, request.account, scopes)?;
            Ok(RecordEvent {
                caller,
                account: request.account,
                connection: request.connection,
                event: request.event.clone(),
                id_seed,
                only_if: request.only_if.clone(),
                idempotency: request
                    .once
                    .as_ref()
                    .map(|once| once.within(identity, &request)),
            })
        };
        self.write_for(identity, authorise).await
    }
}
