//! The OpenAPI 3.1 document, made from the descriptions of the operations.
//!
//! Keys are sorted and nothing depends on time or chance, so that the committed document changes only when the API does.

mod paths;
mod responses;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::operation::Operation;
use crate::shape::{Kind, Null, component, components};
use crate::v1::models::error_body::{ERROR_BODY, OAUTH_ERROR};

/// The document of these operations.
#[must_use]
pub fn document(operations: &[&Operation], version: &str) -> Value {
    let tags = Operation::tags(operations);
    let tags: Vec<_> = tags
        .iter()
        .map(|tag| json!({"name": tag.name, "description": tag.about}))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Kobling",
            "summary": "Merchant accounts, their connections to payment providers, and the history of both.",
            "description": DESCRIPTION,
            "version": version,
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "externalDocs": {"description": "The same in a form for people", "url": "/docs/api"},
        "tags": tags,
        "paths": paths::paths(operations),
        "components": {
            "schemas": schemas(operations),
            "responses": responses::components(operations),
            "securitySchemes": {
                "JWT": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An access token from the token operation: Authorization: Bearer {access_token}.",
                },
                "clientAuth": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "The client_id (or id) and the client_secret of an API client.",
                },
            },
        },
    })
}

const DESCRIPTION: &str = "\
A request that needs an access token sends it as `Authorization: Bearer {access_token}`. Where an operation lists \
several scopes, any one of them suffices; they also stand in `x-scopes`.\n\n\
Bodies are JSON of at most 64 KiB, unless the installation sets another limit. Times are RFC 3339 in UTC. \
Members of a request that are read-only or not known are ignored, and `null` means that an optional member is left out.\n\n\
Every error has the same body, and lists all problems of the input at once.\n\n\
Every answer has an `X-Request-Id`: the one of the request, where that has 1 to 128 letters, digits and \
`-._~:/+=@`, or a new one. It also stands in errors, as `request_id`, and in the server's log.";

/// The models of all bodies, and of the error body, by name.
fn schemas(operations: &[&Operation]) -> Map<String, Value> {
    let (mut taken, mut models) = (BTreeMap::new(), BTreeMap::new());
    components(&Kind::Object(&ERROR_BODY), &mut models);
    for operation in operations {
        if let Some(body) = operation.body {
            components(&Kind::Object(body.shape), &mut taken);
            if let Some(form) = body.form {
                components(&Kind::Object(form), &mut models);
                components(&Kind::Object(&OAUTH_ERROR), &mut models);
            }
        }
        for answer in operation.answers {
            answer
                .shape
                .iter()
                .for_each(|shape| components(shape, &mut models));
        }
    }
    let null = |name| match taken.contains_key(name) {
        true => Null::IsNothing,
        false => Null::IsRefused,
    };
    let all = models.iter().chain(&taken);
    all.map(|(name, object)| ((*name).to_owned(), component(object, null(name))))
        .collect()
}

#[cfg(test)]
mod tests;
