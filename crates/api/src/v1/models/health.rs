//! What the process says of its health.

use crate::shape::{Field, Kind, Object};

/// The answer of the health operations.
pub static HEALTH: Object = Object::named(
    "Health",
    "What the process says of its health.",
    &[&[Field::required("status", Kind::OneOf(&["ok"]))]],
);

/// An answer.
pub const EXAMPLE: &str = r#"{"status": "ok"}"#;
