//! The wishes that tests begin from; a test changes the fields that it is about.

use std::convert::Infallible;

use domain::accounts::{Account, AddAccount};
use domain::clients::{AddClient, Client, DeleteClient};
use domain::connections::{
    ConnectionName, ConnectionStatus, Idempotency, IdempotencyHash, NewConnectionEvent,
    RecordEvent, RequestHash,
};
use domain::grants::{AddGrant, DeleteGrant, Grant, GrantType};
use domain::log::{Draft, Fact};
use domain::partners::AddPartner;
use domain::signing_keys::AddSigningKey;
use domain::{
    AccountId, Actor, Caller, Clock, Decide, Decided, IdSeed, JsonText, Needs, PartnerId, Scopes,
    SealedBytes, SecretHash, Timestamp, View,
};

use crate::conformance::TestDatabase;

impl TestDatabase {
    pub(crate) fn seed(&self) -> IdSeed {
        IdSeed::draw(self.entropy.as_ref())
    }

    pub(crate) fn add_partner(&self, partner: PartnerId) -> AddPartner {
        AddPartner {
            caller: Caller::command("bootstrap"),
            partner,
            data_key: SealedBytes(format!("data key of {partner}").into_bytes()),
            id_seed: self.seed(),
        }
    }

    pub(crate) fn add_account(&self, partner: PartnerId) -> AddAccount {
        AddAccount {
            caller: Caller::command("console"),
            partner,
            document: JsonText::from_checked(r#"{"company":{"name":"Fjord AS"}}"#),
            id_seed: self.seed(),
        }
    }

    pub(crate) fn event(
        &self,
        account: AccountId,
        connection: &str,
        status: ConnectionStatus,
    ) -> RecordEvent {
        RecordEvent {
            caller: Caller::command("provider"),
            account,
            connection: ConnectionName::parse(connection).unwrap(),
            event: NewConnectionEvent {
                status,
                event: "signature_required".to_owned(),
                description: None,
                metadata: None,
            },
            id_seed: self.seed(),
            only_if: None,
            idempotency: None,
        }
    }

    pub(crate) fn add_client(&self, account: AccountId, client_id: &str) -> AddClient {
        AddClient {
            caller: Caller::command("bootstrap"),
            account,
            client_id: client_id.to_owned(),
            name: None,
            description: None,
            callbacks: None,
            secret: SecretHash([0xa5; 32]),
            id_seed: self.seed(),
        }
    }

    pub(crate) fn add_grant(&self, client: &Client) -> AddGrant {
        AddGrant {
            caller: Caller::command("bootstrap"),
            account: client.account,
            client: client.id,
            audience: format!("https://kobling.example/v1/accounts/{}", client.account),
            audience_account: client.account,
            scopes: Scopes::from_text("write:accounts read:accounts").unwrap(),
            grant_type: GrantType::ClientCredentials,
            id_seed: self.seed(),
        }
    }

    pub(crate) fn add_signing_key(&self, partner: PartnerId, algorithm: &str) -> AddSigningKey {
        AddSigningKey {
            caller: Caller::command("serve"),
            partner,
            kid: format!("{algorithm} of {partner}"),
            algorithm: algorithm.to_owned(),
            public_jwk: JsonText::from_checked(r#"{ "kty":"RSA","n":"AQAB" }"#),
            private_key: SealedBytes(b"a private half, sealed".to_vec()),
        }
    }

    /// Moves the partner's highest account number, whatever the rules think of it.
    pub(crate) fn say_account(&self, id: AccountId) -> Say {
        let at = self.clock.now();
        let by = Actor::named("migration");
        let account = Account {
            id,
            uuid: self.seed().id_at(at),
            document: JsonText::from_checked("{}"),
            active: false,
            created_at: at,
            created_by: by.clone(),
            updated_at: at,
            deletion: None,
        };
        Say(Draft {
            actor: by,
            account: id,
            fact: Fact::AccountAdded(account),
        })
    }
}

pub(crate) fn delete_client(client: &Client) -> DeleteClient {
    DeleteClient {
        caller: Caller::command("console"),
        account: client.account,
        client: client.id,
    }
}

pub(crate) fn delete_grant(grant: &Grant) -> DeleteGrant {
    DeleteGrant {
        caller: Caller::command("console"),
        account: grant.account,
        grant: grant.id,
    }
}

/// An idempotency key and the body that it is sent with, each by a number.
pub(crate) fn key(key: u8, body: u8) -> Option<Idempotency> {
    Some(Idempotency {
        key: IdempotencyHash([key; 32]),
        request: RequestHash([body; 32]),
    })
}

/// A caller whose rights were looked up at this epoch.
pub(crate) fn caller_at(epoch: u64) -> Caller {
    Caller {
        actor: Actor::named("provider"),
        auth_epoch: Some(epoch),
    }
}

/// Something is said to have happened.
#[derive(Debug)]
pub(crate) struct Say(Draft);

impl Decide for Say {
    type Done = ();
    type Refused = Infallible;

    fn partner(&self) -> PartnerId {
        self.0.account.partner()
    }

    fn needs(&self, _: &mut Needs) {}

    fn decide(&self, _: &View, _: Timestamp) -> Result<Decided<()>, Infallible> {
        Ok(Decided {
            done: (),
            drafts: vec![self.0.clone()],
        })
    }
}
