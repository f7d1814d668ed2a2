//! Connections as they stand now.

pub(crate) mod find;
pub(crate) mod list;

use std::collections::BTreeMap;

use axum::response::Response;
use domain::connections::{ConnectionName, PAYEX_DEPRECATED_NAME};
use http::HeaderValue;
use http::header::LINK;
use serde::Serialize;
use service::connections::{ConnectionWithEvents, NamedConnection};

use crate::http_in::Incoming;
use crate::v1::connection_events::EventAnswer;

/// When `payex.creditcard` was found deprecated in the published page: 2026-05-12, in the form of RFC 9745.
const DEPRECATED_SINCE: HeaderValue = HeaderValue::from_static("@1778544000");

/// The headers of operations that understand the deprecated name, after others of their own.
macro_rules! with_deprecation {
    ($($other:expr),*) => {
        &[
            $($other,)*
            $crate::operation::ResponseHeader {
                name: "Deprecation",
                kind: $crate::shape::Kind::TEXT,
                about: "Only for payex.creditcard: since when the name is deprecated (RFC 9745).",
            },
            $crate::operation::ResponseHeader {
                name: "Link",
                kind: $crate::shape::Kind::TEXT,
                about: "Only for payex.creditcard: the same under its present name.",
            },
        ]
    };
}
pub(crate) use with_deprecation;

/// Says that the connection has a newer name, where the path has the older one.
pub(crate) fn deprecate_old_name(incoming: &Incoming, response: &mut Response) {
    if incoming.path_text("connection") != PAYEX_DEPRECATED_NAME {
        return;
    }
    // The name may stand in the path with escapes.
    let mut segments: Vec<&str> = incoming.parts.uri.path().split('/').collect();
    let before = segments
        .iter()
        .rposition(|segment| *segment == "connections");
    if let Some(name) = before.and_then(|before| segments.get_mut(before + 1)) {
        *name = ConnectionName::PAYEX.as_str();
    }
    let successor = segments.join("/");
    response
        .headers_mut()
        .insert("deprecation", DEPRECATED_SINCE);
    if let Ok(link) = HeaderValue::from_str(&format!("<{successor}>; rel=\"successor-version\"")) {
        response.headers_mut().insert(LINK, link);
    }
}

/// A connection as callers read it.
#[derive(Debug, Serialize)]
pub(crate) struct ConnectionAnswer<'a> {
    created_at: String,
    created_by: &'a str,
    updated_at: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Vec<EventAnswer<'a>>>,
    version: u64,
    /// PayEx has its record a second time, where clients of the older shape look for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    creditcard: Option<Box<Self>>,
}

impl<'a> ConnectionAnswer<'a> {
    pub(crate) fn new(record: &'a ConnectionWithEvents) -> Self {
        let connection = &record.connection;
        Self {
            created_at: connection.created_at.to_string(),
            created_by: connection.created_by.as_str(),
            updated_at: connection.updated_at.to_string(),
            status: connection.status.as_str(),
            events: Some(record.events.iter().map(EventAnswer::new).collect()),
            version: connection.version(),
            creditcard: None,
        }
    }

    fn without_events(record: &'a ConnectionWithEvents) -> Self {
        Self {
            events: None,
            ..Self::new(record)
        }
    }
}

/// The connections of an account under their names.
pub(crate) fn by_name(
    connections: &[NamedConnection],
    with_events: bool,
) -> BTreeMap<&'static str, ConnectionAnswer<'_>> {
    let answer = |record| {
        if with_events {
            ConnectionAnswer::new(record)
        } else {
            ConnectionAnswer::without_events(record)
        }
    };
    let named = connections.iter().map(|connection| {
        let mut record = answer(&connection.record);
        if connection.name == ConnectionName::PAYEX {
            record.creditcard = Some(Box::new(answer(&connection.record)));
        }
        (connection.name.as_str(), record)
    });
    named.collect()
}
