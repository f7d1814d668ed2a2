//! What differs from run to run, made equal.

/// The text with each UUID as `<id>` and each time as `<time>`, and no space at the end of a line.
pub(super) fn steady(text: &str) -> String {
    let mut steady = String::new();
    for line in text.lines() {
        let mut rest = line.trim_end();
        while let Some(first) = rest.chars().next() {
            if let Some(after) = rest.get(36..).filter(|_| is_like(rest, ID)) {
                steady.push_str("<id>");
                rest = after;
            } else if let Some(after) = rest.get(24..).filter(|_| is_like(rest, TIME)) {
                steady.push_str("<time>");
                rest = after;
            } else {
                steady.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        steady.push('\n');
    }
    steady
}

const ID: &str = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
const TIME: &str = "0000-00-00T00:00:00.000Z";

/// Whether a text begins like a pattern: `x` is a hexadecimal digit, `0` a decimal one, anything else itself.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut given = text.bytes();
    pattern.bytes().all(|wanted| {
        given.next().is_some_and(|byte| match wanted {
            b'x' => byte.is_ascii_hexdigit(),
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
    })
}

#[test]
fn ids_and_times_are_made_equal_and_nothing_else() {
    let text = "{\"id\":\"01a20fb0-0fe5-7064-91cf-6fddb301660f\",\"at\":\"2026-11-24T22:32:06.373Z\"} \n17 ø";
    assert_eq!(steady(text), "{\"id\":\"<id>\",\"at\":\"<time>\"}\n17 ø\n");
    assert_eq!(steady("2026-11-24"), "2026-11-24\n");
}
