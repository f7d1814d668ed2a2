//! The id of a request: the caller's own where it is sensible, otherwise one of ours.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::{Entropy, Timestamp};
use http::{HeaderMap, HeaderName, HeaderValue};
use service::request::RequestId;
use uuid::Uuid;

/// The header in requests and answers.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Characters of an id, at most.
const LENGTH_MAX: usize = 128;

/// Makes the ids of one connection.
///
/// They are UUIDv7 (RFC 9562). Randomness is drawn once for the connection; from then on the random part counts up,
/// as section 6.2 of the RFC has it (method 2), so that an id costs no draw.
#[derive(Debug)]
pub(super) struct RequestIds {
    random: [u8; 2],
    next: AtomicU64,
}

impl RequestIds {
    pub(super) fn new(entropy: &dyn Entropy) -> Self {
        let (mut random, mut first) = ([0; 2], [0; 8]);
        entropy.fill(&mut random);
        entropy.fill(&mut first);
        Self {
            random,
            next: AtomicU64::new(u64::from_be_bytes(first)),
        }
    }

    /// The id of a request with these headers, and the same for its answer.
    pub(super) fn of(&self, headers: &HeaderMap, now: Timestamp) -> (RequestId, HeaderValue) {
        if let Some(given) = given(headers)
            && let Ok(text) = given.to_str()
        {
            return (RequestId::Given(text.into()), given.clone());
        }
        let made = self.make(now);
        let header = HeaderValue::from_str(made.as_str());
        let header = header.unwrap_or(HeaderValue::from_static("none"));
        (made, header)
    }

    /// A new id.
    pub(super) fn make(&self, now: Timestamp) -> RequestId {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let [first, second] = self.random;
        let [a, b, c, d, e, f, g, h] = number.to_be_bytes();
        let random = [first, second, a, b, c, d, e, f, g, h];
        RequestId::of(made_of(now, &random))
    }
}

fn made_of(now: Timestamp, random: &[u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(now.millis(), random).into_uuid()
}

/// The caller's id if there is exactly one and it is sensible. Anything else is never repeated anywhere.
fn given(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut values = headers.get_all(REQUEST_ID).iter();
    let value = values.next()?;
    let is_alone = values.next().is_none();
    (is_alone && is_sensible(value.as_bytes())).then_some(value)
}

/// Letters, digits and `-._~:/+=@`: nothing that a log, a shell or a page would read as more than text.
fn is_sensible(id: &[u8]) -> bool {
    let is_safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:/+=@".contains(byte);
    (1..=LENGTH_MAX).contains(&id.len()) && id.iter().all(is_safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Ones;

    impl Entropy for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn sensible_ids_are_taken_and_others_are_not() {
        let long = "a".repeat(LENGTH_MAX);
        for id in ["a", "Root=1-67891233-abc:def/x@y~z_1.2+", &long] {
            assert!(is_sensible(id.as_bytes()), "{id}");
        }
        let too_long = "a".repeat(LENGTH_MAX + 1);
        for id in [
            "", " ", "a b", "a\"", "a;b", "<a>", "{a}", "a,b", "\u{e9}", "a\tb", &too_long,
        ] {
            assert!(!is_sensible(id.as_bytes()), "{id}");
        }
    }

    #[test]
    fn ids_of_a_connection_are_uuids_that_differ_even_when_the_count_runs_over() {
        let ids = RequestIds::new(&Ones);
        let now = Timestamp::from_millis(1_778_574_600_000);
        let made: Vec<_> = (0..3).map(|_| ids.make(now)).collect();
        assert!(made[0] != made[1] && made[1] != made[2] && made[0] != made[2]);
        for id in &made {
            let uuid = Uuid::parse_str(id.as_str()).unwrap();
            assert_eq!(uuid.get_version_num(), 7);
        }
    }

    #[test]
    fn two_headers_are_as_good_as_none() {
        let mut headers = HeaderMap::new();
        headers.append(REQUEST_ID, HeaderValue::from_static("one"));
        assert!(given(&headers).is_some());
        headers.append(REQUEST_ID, HeaderValue::from_static("two"));
        assert!(given(&headers).is_none());
    }
}
