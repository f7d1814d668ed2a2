//! The header `traceparent` (W3C Trace Context, Recommendation of 2021, section 3.2).

use http::HeaderMap;
use service::request::TraceId;

/// What a caller says of the trace that its request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TraceParent {
    pub(super) trace: TraceId,
    /// The caller's own span.
    pub(super) span: [u8; 8],
    /// Whether the caller keeps this trace.
    pub(super) is_sampled: bool,
}

impl TraceParent {
    /// What the headers say; nothing where they say nothing or something malformed, which is to be ignored.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all("traceparent").iter();
        let value = values.next()?;
        let is_alone = values.next().is_none();
        is_alone.then(|| Self::parse(value.as_bytes())).flatten()
    }

    /// Version 00 exactly; of later versions what they share with it, as section 3.2.4 asks.
    fn parse(text: &[u8]) -> Option<Self> {
        let (head, rest) = text.split_at_checked(55)?;
        let mut fields = head.split(|byte| *byte == b'-');
        let [version]: [u8; 1] = hexadecimal(fields.next()?)?;
        let trace: [u8; 16] = hexadecimal(fields.next()?)?;
        let span: [u8; 8] = hexadecimal(fields.next()?)?;
        let [flags]: [u8; 1] = hexadecimal(fields.next()?)?;
        let fits = match version {
            0 => rest.is_empty(),
            0xff => false,
            _ => rest.is_empty() || rest.starts_with(b"-"),
        };
        let is_valid = fits && fields.next().is_none() && trace != [0; 16] && span != [0; 8];
        is_valid.then_some(Self {
            trace: TraceId(trace),
            span,
            is_sampled: flags & 1 == 1,
        })
    }
}

/// Bytes from twice as many lower-case hexadecimal digits.
fn hexadecimal<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    if text.len() != N * 2 {
        return None;
    }
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0b1902b7-01";

    #[test]
    fn a_header_of_the_recommendation_is_read() {
        let parent = TraceParent::parse(FINE.as_bytes()).unwrap();
        assert_eq!(parent.trace.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(
            parent.span,
            [0x00, 0xf0, 0x67, 0xaa, 0x0b, 0x19, 0x02, 0xb7]
        );
        assert!(parent.is_sampled);
        let unsampled = FINE.replace("-01", "-02");
        assert!(!TraceParent::parse(unsampled.as_bytes()).unwrap().is_sampled);
    }

    #[test]
    fn a_later_version_is_read_as_far_as_it_is_known() {
        let later = FINE.replacen("00", "cc", 1);
        assert!(TraceParent::parse(later.as_bytes()).is_some());
        assert!(TraceParent::parse(format!("{later}-what-may-come").as_bytes()).is_some());
        assert!(TraceParent::parse(format!("{later}.what").as_bytes()).is_none());
    }

    #[test]
    fn what_is_malformed_is_ignored() {
        let (no_trace, no_span) = ("0".repeat(32), "0".repeat(16));
        for text in [
            "",
            "00",
            &FINE[..54],
            &format!("{FINE}-x"),
            &FINE.to_uppercase(),
            &FINE.replacen("00", "ff", 1),
            &FINE.replacen("00", "0x", 1),
            &FINE.replace('-', "_"),
            &FINE.replace("4bf92f3577b34da6a3ce929d0e0e4736", &no_trace),
            &FINE.replace("00f067aa0b1902b7", &no_span),
            &FINE.replace("-01", "-0g"),
        ] {
            assert_eq!(TraceParent::parse(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn two_headers_are_as_good_as_none() {
        let mut headers = HeaderMap::new();
        headers.append("traceparent", FINE.parse().unwrap());
        assert!(TraceParent::of(&headers).is_some());
        headers.append("traceparent", FINE.parse().unwrap());
        assert_eq!(TraceParent::of(&headers), None);
    }
}
