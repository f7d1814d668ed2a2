//! Payloads of log entries as JSON: what consumers of the log read. Secrets are in none of them.

use domain::accounts::Account;
use domain::clients::Client;
use domain::connections::{ConnectionEvent, ConnectionStatus, NewConnectionEvent};
use domain::grants::Grant;
use domain::log::{Fact, LogEntry};
use domain::{Actor, JsonText};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;
use uuid::Uuid;

/// A payload, or a text that belongs in one, does not have the shape it should have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("a payload is not of its shape: {0}")]
pub struct PayloadError(String);

#[derive(Serialize)]
struct EventPayload<'a> {
    account_id: String,
    connection: &'static str,
    version: u64,
    event: EventText<'a>,
}

#[derive(Serialize, Deserialize)]
struct EventText<'a> {
    id: Uuid,
    status: &'a str,
    #[serde(borrow)]
    event: std::borrow::Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    description: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none", default)]
    metadata: Option<&'a RawValue>,
    created_at: String,
    #[serde(borrow)]
    created_by: std::borrow::Cow<'a, str>,
}

#[derive(Deserialize)]
struct EventPayloadRead<'a> {
    #[serde(borrow)]
    event: EventText<'a>,
}

#[derive(Serialize)]
struct AccountPayload<'a> {
    account_id: String,
    account: AccountText<'a>,
}

#[derive(Serialize)]
struct AccountText<'a> {
    id: Uuid,
    active: bool,
    document: &'a RawValue,
    created_at: String,
    created_by: &'a str,
}

#[derive(Serialize)]
struct ClientPayload<'a> {
    account_id: String,
    client: ClientText<'a>,
}

#[derive(Serialize)]
struct ClientText<'a> {
    id: Uuid,
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callbacks: Option<&'a [String]>,
    created_at: String,
    created_by: &'a str,
}

#[derive(Serialize)]
struct GrantPayload<'a> {
    account_id: String,
    grant: GrantText<'a>,
}

#[derive(Serialize)]
struct GrantText<'a> {
    id: Uuid,
    client_id: Uuid,
    audience: &'a str,
    scope: Vec<&'static str>,
    #[serde(rename = "type")]
    grant_type: &'static str,
    created_at: String,
    created_by: &'a str,
}

#[derive(Serialize)]
struct SigningKeyPayload<'a> {
    account_id: String,
    key: &'a RawValue,
}

/// Writes the payload of an entry.
///
/// # Errors
/// A text of the entry that should be JSON is not.
pub fn encode(entry: &LogEntry) -> Result<String, PayloadError> {
    let account_id = entry.subject.account.to_string();
    match &entry.fact {
        Fact::PartnerAdded { account, .. } | Fact::AccountAdded(account) => text(&AccountPayload {
            account_id,
            account: account_text(account)?,
        }),
        Fact::ConnectionEventRecorded {
            connection,
            version,
            event,
            ..
        } => text(&EventPayload {
            account_id,
            connection: connection.as_str(),
            version: *version,
            event: event_text(event)?,
        }),
        Fact::ClientAdded(client) | Fact::ClientDeleted(client) => text(&ClientPayload {
            account_id,
            client: client_text(client),
        }),
        Fact::GrantAdded(grant) | Fact::GrantDeleted(grant) => text(&GrantPayload {
            account_id,
            grant: grant_text(grant),
        }),
        Fact::SigningKeyAdded(key) => text(&SigningKeyPayload {
            account_id,
            key: raw(&key.public_jwk)?,
        }),
    }
}

/// Reads the event back from the payload of an entry of kind `connection_event.recorded`.
///
/// # Errors
/// The payload was not written by [`encode`].
pub fn decode_event(payload: &str) -> Result<ConnectionEvent, PayloadError> {
    let read: EventPayloadRead<'_> =
        serde_json::from_str(payload).map_err(|error| PayloadError(error.to_string()))?;
    let event = read.event;
    let metadata = event.metadata.map(|raw| JsonText::from_checked(raw.get()));
    Ok(ConnectionEvent {
        id: event.id,
        created_at: event
            .created_at
            .parse()
            .map_err(|_| PayloadError("created_at".to_owned()))?,
        created_by: Actor::named(&event.created_by),
        reported: NewConnectionEvent {
            status: ConnectionStatus::parse(event.status)
                .map_err(|error| PayloadError(error.to_string()))?,
            event: event.event.into_owned(),
            description: event.description.map(std::borrow::Cow::into_owned),
            metadata,
        },
    })
}

fn event_text(event: &ConnectionEvent) -> Result<EventText<'_>, PayloadError> {
    Ok(EventText {
        id: event.id,
        status: event.reported.status.as_str(),
        event: event.reported.event.as_str().into(),
        description: event.reported.description.as_deref().map(Into::into),
        metadata: event.reported.metadata.as_ref().map(raw).transpose()?,
        created_at: event.created_at.to_string(),
        created_by: event.created_by.as_str().into(),
    })
}

fn account_text(account: &Account) -> Result<AccountText<'_>, PayloadError> {
    Ok(AccountText {
        id: account.uuid,
        active: account.active,
        document: raw(&account.document)?,
        created_at: account.created_at.to_string(),
        created_by: account.created_by.as_str(),
    })
}

fn client_text(client: &Client) -> ClientText<'_> {
    ClientText {
        id: client.id,
        client_id: &client.client_id,
        name: client.name.as_deref(),
        description: client.description.as_deref(),
        callbacks: client.callbacks.as_deref(),
        created_at: client.created_at.to_string(),
        created_by: client.created_by.as_str(),
    }
}

fn grant_text(grant: &Grant) -> GrantText<'_> {
    GrantText {
        id: grant.id,
        client_id: grant.client,
        audience: &grant.audience,
        scope: grant.scopes.iter().map(domain::Scope::as_str).collect(),
        grant_type: grant.grant_type.as_str(),
        created_at: grant.created_at.to_string(),
        created_by: grant.created_by.as_str(),
    }
}

/// The text as a value that is written as it is.
fn raw(json: &JsonText) -> Result<&RawValue, PayloadError> {
    serde_json::from_str(json.as_str()).map_err(|error| PayloadError(error.to_string()))
}

fn text<T: Serialize>(value: &T) -> Result<String, PayloadError> {
    serde_json::to_string(value).map_err(|error| PayloadError(error.to_string()))
}
