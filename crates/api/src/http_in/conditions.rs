//! `If-Match` and `ETag` (RFC 9110 sections 8.8.3 and 13.1.1), and `Idempotency-Key`.

use domain::connections::Precondition;
use http::HeaderValue;
use http::header::{HeaderName, IF_MATCH};
use service::connection_events::RequestFingerprint;

use crate::error::{ApiError, Problem, ProblemCode};
use crate::http_in::Incoming;
use crate::operation;
use crate::operation::IDEMPOTENCY_KEY;

/// The entity tag of a version: strong, `"3"`.
pub(crate) fn etag(version: u64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// The condition in `If-Match`.
pub(crate) fn precondition(incoming: &Incoming) -> Result<Option<Precondition>, ApiError> {
    let Some(text) = incoming.header(&IF_MATCH)? else {
        return Ok(None);
    };
    operation::IF_MATCH.check(text.trim())?;
    Ok(parse(text.trim()))
}

/// The key in `Idempotency-Key`, with the body that it was sent with.
pub(crate) fn idempotency_key(
    incoming: &Incoming,
    body: &[u8],
) -> Result<Option<RequestFingerprint>, ApiError> {
    let name = HeaderName::from_static("idempotency-key");
    if incoming.parts.headers.get_all(&name).iter().count() > 1 {
        let message = "there must be one Idempotency-Key, not several";
        return Err(Problem::header("Idempotency-Key", ProblemCode::TooManyItems, message).into());
    }
    let Some(key) = incoming.header(&name)? else {
        return Ok(None);
    };
    IDEMPOTENCY_KEY.check(&key)?;
    Ok(Some(RequestFingerprint::new(key, body)))
}

/// A weak tag, or one that is no version of ours, is well-formed and matches nothing.
pub(crate) fn parse(text: &str) -> Option<Precondition> {
    if text == "*" {
        return Some(Precondition::Exists);
    }
    let mut versions = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let (weak, quoted) = match rest.strip_prefix("W/") {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let (tag, after) = quoted.strip_prefix('"')?.split_once('"')?;
        if !tag.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let canonical = tag
            .parse::<u64>()
            .ok()
            .filter(|version| version.to_string() == tag);
        versions.extend(canonical.filter(|_| !weak));
        rest = after.trim_start();
        if rest.is_empty() {
            return Some(Precondition::Version(versions));
        }
        rest = rest.strip_prefix(',')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_tags_are_read() {
        assert_eq!(parse("*"), Some(Precondition::Exists));
        assert_eq!(parse("\"3\""), Some(Precondition::Version(vec![3])));
        assert_eq!(
            parse("\"3\" , W/\"4\",\"abc\", \"5\""),
            Some(Precondition::Version(vec![3, 5]))
        );
        assert_eq!(parse("\"03\""), Some(Precondition::Version(vec![])));
    }

    #[test]
    fn what_is_no_tag_is_told() {
        for text in [
            "",
            "3",
            "\"3",
            "\"3\",",
            "\"3\" \"4\"",
            "w/\"3\"",
            "\"3\", *",
            "\"a b\"",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
