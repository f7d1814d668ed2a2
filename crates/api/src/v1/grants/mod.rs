//! Grants to an account's clients.

pub(crate) mod add;
pub(crate) mod delete;
pub(crate) mod list;

use domain::grants::Grant;
use domain::{Actor, Scope, Timestamp};
use serde::Serialize;
use uuid::Uuid;

/// A grant as callers read it.
#[derive(Debug, Serialize)]
pub(crate) struct GrantAnswer<'a> {
    id: Uuid,
    created_at: String,
    created_by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deleted_at: Option<String>,
    client_id: Uuid,
    audience: &'a str,
    scope: Vec<&'static str>,
    #[serde(rename = "type")]
    grant_type: &'static str,
}

impl<'a> GrantAnswer<'a> {
    fn new(grant: &'a Grant) -> Self {
        Self {
            id: grant.id,
            created_at: grant.created_at.to_string(),
            created_by: grant.created_by.as_str(),
            deleted_by: None,
            deleted_at: None,
            client_id: grant.client,
            audience: &grant.audience,
            scope: grant.scopes.iter().map(Scope::as_str).collect(),
            grant_type: grant.grant_type.as_str(),
        }
    }

    fn deleted(grant: &'a Grant, at: Timestamp, by: &'a Actor) -> Self {
        Self {
            deleted_at: Some(at.to_string()),
            deleted_by: Some(by.as_str()),
            ..Self::new(grant)
        }
    }
}
