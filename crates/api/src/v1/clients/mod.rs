//! Clients of an account. A secret is in no answer but that of its making.

pub(crate) mod add;
pub(crate) mod delete;
pub(crate) mod find;
pub(crate) mod list;

use domain::clients::Client;
use domain::{Actor, Timestamp};
use serde::Serialize;
use uuid::Uuid;

/// A client as callers read it.
#[derive(Debug, Serialize)]
pub(crate) struct ClientAnswer<'a> {
    id: Uuid,
    created_at: String,
    created_by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    client_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    callbacks: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<&'a str>,
}

impl<'a> ClientAnswer<'a> {
    fn new(client: &'a Client) -> Self {
        Self {
            id: client.id,
            created_at: client.created_at.to_string(),
            created_by: client.created_by.as_str(),
            deleted_by: None,
            deleted_at: None,
            name: client.name.as_deref(),
            description: client.description.as_deref(),
            client_id: &client.client_id,
            callbacks: client.callbacks.as_deref(),
            client_secret: None,
        }
    }

    fn with_secret(client: &'a Client, secret: &'a str) -> Self {
        Self {
            client_secret: Some(secret),
            ..Self::new(client)
        }
    }

    fn deleted(client: &'a Client, at: Timestamp, by: &'a Actor) -> Self {
        Self {
            deleted_at: Some(at.to_string()),
            deleted_by: Some(by.as_str()),
            ..Self::new(client)
        }
    }
}
