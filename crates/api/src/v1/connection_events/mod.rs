//! Connection events: reported one at a time, read as a history.

pub(crate) mod list;
pub(crate) mod record;

use domain::JsonText;
use domain::connections::ConnectionEvent;
use serde::Serialize;
use uuid::Uuid;

use crate::answers::as_it_came_if_any;

/// An event as callers read it.
#[derive(Debug, Serialize)]
pub(crate) struct EventAnswer<'a> {
    status: &'static str,
    event: &'a str,
    id: Uuid,
    created_at: String,
    created_by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "as_it_came_if_any"
    )]
    metadata: Option<&'a JsonText>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paging_token: Option<String>,
}

impl<'a> EventAnswer<'a> {
    pub(crate) fn new(event: &'a ConnectionEvent) -> Self {
        Self {
            status: event.reported.status.as_str(),
            event: &event.reported.event,
            id: event.id,
            created_at: event.created_at.to_string(),
            created_by: event.created_by.as_str(),
            description: event.reported.description.as_deref(),
            metadata: event.reported.metadata.as_ref(),
            paging_token: None,
        }
    }

    pub(crate) fn in_list(event: &'a ConnectionEvent, paging_token: String) -> Self {
        Self {
            paging_token: Some(paging_token),
            ..Self::new(event)
        }
    }
}
