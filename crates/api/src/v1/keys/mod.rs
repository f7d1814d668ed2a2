//! The public keys that verify access tokens, for the contract's clients and for standard libraries.

pub(crate) mod list;
pub(crate) mod metadata;
pub(crate) mod set;

use serde_json::value::RawValue;

use crate::error::ApiError;

/// Keys as JSON values.
fn values(keys: Vec<String>) -> Result<Vec<Box<RawValue>>, ApiError> {
    keys.into_iter()
        .map(|key| RawValue::from_string(key).map_err(ApiError::internal))
        .collect()
}
