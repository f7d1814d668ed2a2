//! Lists of texts in one column.

/// The list as a JSON text.
#[must_use]
pub fn encode_list(texts: &[String]) -> String {
    serde_json::Value::from(texts).to_string()
}

/// The list of a JSON text; `None` where it is none.
#[must_use]
pub fn decode_list(text: &str) -> Option<Vec<String>> {
    serde_json::from_str(text).ok()
}
