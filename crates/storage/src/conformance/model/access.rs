//! What should come of wishes about clients and grants.

use domain::Timestamp;
use domain::clients::{AddClient, AddClientRefused, Client, DeleteClient, DeleteClientRefused};
use domain::grants::{AddGrant, AddGrantRefused, DeleteGrant, DeleteGrantRefused, Grant};
use domain::log::FactKind;

use crate::conformance::model::Partner;

impl Partner {
    pub(super) fn add_client(
        &mut self,
        wish: &AddClient,
        at: Timestamp,
    ) -> Result<Client, AddClientRefused> {
        self.present(&wish.caller)?;
        if !self.has_account(wish.account) {
            return Err(AddClientRefused::NoSuchAccount);
        }
        if self
            .clients
            .iter()
            .any(|client| client.client_id == wish.client_id)
        {
            return Err(AddClientRefused::ClientIdTaken);
        }
        let client = Client {
            id: wish.id_seed.id_at(at),
            account: wish.account,
            client_id: wish.client_id.clone(),
            name: wish.name.clone(),
            description: wish.description.clone(),
            callbacks: wish.callbacks.clone(),
            secret: wish.secret,
            created_at: at,
            created_by: wish.caller.actor.clone(),
        };
        let actor = &wish.caller.actor;
        self.append(at, FactKind::ClientAdded, actor, wish.account, None);
        self.clients.push(client.clone());
        Ok(client)
    }

    pub(super) fn delete_client(
        &mut self,
        wish: &DeleteClient,
        at: Timestamp,
    ) -> Result<(Client, Timestamp), DeleteClientRefused> {
        self.present(&wish.caller)?;
        let is_it = |client: &Client| client.id == wish.client && client.account == wish.account;
        let found = self.clients.iter().position(is_it);
        let client = self
            .clients
            .remove(found.ok_or(DeleteClientRefused::NoSuchClient)?);
        let actor = &wish.caller.actor;
        while let Some(at_place) = self.grants.iter().position(|one| one.client == client.id) {
            let grant = self.grants.remove(at_place);
            self.ended_grants.push(grant);
            self.append(at, FactKind::GrantDeleted, actor, wish.account, None);
            self.epoch += 1;
        }
        self.append(at, FactKind::ClientDeleted, actor, wish.account, None);
        self.epoch += 1;
        self.ended_clients.push(client.clone());
        Ok((client, at))
    }

    pub(super) fn add_grant(
        &mut self,
        wish: &AddGrant,
        at: Timestamp,
    ) -> Result<Grant, AddGrantRefused> {
        self.present(&wish.caller)?;
        let is_it = |client: &Client| client.id == wish.client && client.account == wish.account;
        if !self.clients.iter().any(is_it) {
            return Err(AddGrantRefused::NoSuchClient);
        }
        if !self.has_account(wish.audience_account) {
            return Err(AddGrantRefused::NoSuchAudience);
        }
        let grant = Grant {
            id: wish.id_seed.id_at(at),
            client: wish.client,
            account: wish.account,
            audience: wish.audience.clone(),
            audience_account: wish.audience_account,
            scopes: wish.scopes,
            grant_type: wish.grant_type,
            created_at: at,
            created_by: wish.caller.actor.clone(),
        };
        let actor = &wish.caller.actor;
        self.append(at, FactKind::GrantAdded, actor, wish.account, None);
        self.epoch += 1;
        self.grants.push(grant.clone());
        Ok(grant)
    }

    pub(super) fn delete_grant(
        &mut self,
        wish: &DeleteGrant,
        at: Timestamp,
    ) -> Result<(Grant, Timestamp), DeleteGrantRefused> {
        self.present(&wish.caller)?;
        let is_it = |grant: &Grant| grant.id == wish.grant && grant.account == wish.account;
        let found = self.grants.iter().position(is_it);
        let grant = self
            .grants
            .remove(found.ok_or(DeleteGrantRefused::NoSuchGrant)?);
        let actor = &wish.caller.actor;
        self.append(at, FactKind::GrantDeleted, actor, wish.account, None);
        self.epoch += 1;
        self.ended_grants.push(grant.clone());
        Ok((grant, at))
    }
}
